import type { ActionContext } from '@nocobase/server';
import { accessOfAction } from '../../core/access';
import { risksOf, type Risk, type Tables } from '../../core/policy/risks';

const MAIN_SOURCE = 'main';

/** Everything that this request risks; empty when nobody has to decide about it. */
export function risksOfRequest({ action, dataSource }: ActionContext): readonly Risk[] {
  const { resourceName: resource, actionName, params } = action;
  const { targetCollection, values } = params;
  const mayWrite = accessOfAction({ resource, action: actionName }) === 'write';
  const risks = risksOf({ resource, action: actionName, mayWrite, targetCollection, values }, tablesOf(dataSource));
  return risks.filter((risk) => !isOfAnotherSource(risk, dataSource?.name));
}

/** As they are at this moment: fields come and go while people build their app. */
function tablesOf(dataSource: ActionContext['dataSource']): Tables {
  return {
    target: (table, name) => {
      const field = dataSource?.collectionManager?.getCollection(table)?.getField?.(name);
      const target = field?.target ?? field?.options?.target;
      return typeof target === 'string' ? target : undefined;
    },
  };
}

/**
 * Tables of other databases may be called like ours and are none of our business: only `main` has the host's own actions.
 * But such a database may be that of this very app, and the rows of its plugins are what makes plugins run.
 */
function isOfAnotherSource({ group }: Risk, source: string | undefined): boolean {
  return source !== undefined && source !== MAIN_SOURCE && group !== 'plugin-rows';
}

/** Commands of the host that come of it have been decided about with it. */
export function startsCommands({ class: risk }: Risk): boolean {
  return risk === 'exclusive' || risk === 'quiet' || risk === 'disruptive';
}

import path from 'node:path';
import type { ActionContext, Application, Middleware } from '@nocobase/server';
import { ERROR_CODES, PACKAGE_NAME } from '../../../shared/api';
import { isOver } from '../../core/node-machine';
import { sentence } from '../../core/errors';
import type { LedOperation } from '../../maintenance/led-operation';
import type { Coordination } from '../../ports';
import { requesterOf } from '../person';
import { busy, refuse } from '../refusals';
import type { RequestGate } from '../request-gate';
import { backupFolder } from './host-modules';
import type { BackupInQuestion, Restores } from './restores';

export interface RestoreGateDeps {
  readonly restores: Restores;
  readonly coordination: Coordination;
  readonly gate: RequestGate;
}

/** The actions of NocoBase's backup plugin that replace the database: of a file that is there, or of one that comes. */
const RESTORES: readonly string[] = ['backups:restore', 'backups:upload', 'backup:restore', 'backup:restoreUpload'];

/**
 * Two doors. The first refuses before an upload is read while another operation runs. The second, when the file is there,
 * looks into it, stops every node, and lets the host's action go on; nobody is kept out while a file is on its way.
 */
export function defineRestoreGate(app: Application, deps: RestoreGateDeps): void {
  const options = { tag: PACKAGE_NAME, after: 'acl', before: 'upload' };
  app.dataSourceManager.use(beforeUpload(deps), options);
  for (const action of RESTORES) app.resourceManager.registerPreActionHandler(action, afterUpload(deps));
}

function beforeUpload({ coordination }: RestoreGateDeps): Middleware {
  return async (ctx, next) => {
    const { resourceName, actionName } = ctx.action;
    if (!RESTORES.includes(`${resourceName}:${actionName}`)) return next();
    const problem = coordination.problem();
    if (problem !== undefined) return offline(ctx, problem);
    const record = await coordination.state.read();
    return record && !isOver(record) ? refuse(ctx, busy(record)) : next();
  };
}

function afterUpload(deps: RestoreGateDeps): Middleware {
  return async (ctx, next) => {
    const asked = whatFor(ctx);
    // Without a file the host's own action says what is wrong.
    if (!asked) return next();
    const { restores, gate } = deps;
    const refusal = await restores.refusal(asked);
    if (refusal !== undefined)
      return refuse(ctx, { status: 400, error: { code: ERROR_CODES.invalid, message: refusal } });
    const begun = await restores
      .begin({ kind: 'restore', subject: asked.shown, requestedBy: requesterOf(ctx) })
      .catch(sentence);
    if (typeof begun === 'string') return offline(ctx, deps.coordination.problem() ?? begun);
    if (begun.outcome === 'busy') return refuse(ctx, busy(begun.record));
    const { operation } = begun;
    gate.underWay.exclude(ctx.req);
    ctx.set('X-Maintenance-Operation', operation.record.id);
    const entered = await restores.enter(operation);
    if (!entered.ok)
      return refuse(ctx, { status: 409, error: { code: ERROR_CODES.inProgress, message: entered.reason } });
    return restore(ctx, restores, operation, next);
  };
}

/** The host's action answers when the backup is unpacked; what follows goes on without it. */
function restore(ctx: ActionContext, restores: Restores, operation: LedOperation, next: () => Promise<unknown>) {
  return new Promise<unknown>((resolve, reject) => {
    const start = async ({ app, logger }: Pick<ActionContext, 'app' | 'logger'>) => {
      // For good: the host's restore reads them from here long after the answer.
      [ctx.app, ctx.logger] = [app, logger];
      const answer = next();
      answer.then(resolve, reject);
      await answer;
    };
    const run = async () => {
      const end = await restores.run(operation, ctx.logger, start);
      // Where the host's action was never reached, its request must not wait for ever.
      reject(new Error('reason' in end ? end.reason : 'The restore did not begin.'));
      await restores.conclude(operation, end);
    };
    run().catch(reject);
  });
}

function whatFor(ctx: ActionContext): (BackupInQuestion & { readonly shown: string }) | undefined {
  const body = (ctx.request.body ?? {}) as Record<string, unknown>;
  const said = (name: string) => ctx.action.params[name] ?? body[name];
  const terms = {
    password: textOf(said('password')),
    ignoreMissingPlugins: isTrue(said('ignoreMissingPlugins')),
    anySchema: isTrue(said('force')) || textOf(body.dbSchema) !== undefined,
  };
  const { file } = ctx.request;
  if (file) return { ...terms, file: file.path, shown: file.originalname };
  const name = textOf(said('name'));
  if (name === undefined || path.basename(name) !== name) return undefined;
  return { ...terms, file: path.join(backupFolder(ctx.app), name), shown: name };
}

function offline(ctx: ActionContext, problem: string): void {
  const message = `restore needs the coordination, which is offline: ${problem}`;
  refuse(ctx, { status: 503, error: { code: ERROR_CODES.offline, message } });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isTrue(value: unknown): boolean {
  return String(value).toLowerCase() === 'true';
}

import type { Application } from '@nocobase/server';
import type { OperationRecord } from '../../../shared/domain';
import type { Clock } from '../../core/clock';
import { isOver } from '../../core/node-machine';
import type { DriftingNode } from '../../core/news';
import type { NewsSettings } from '../../core/news-settings';
import type { Outbox } from '../../database/outbox';
import type { Coordination, Guard, Log } from '../../ports';
import { notify } from './channel';
import { Dispatcher } from './dispatcher';
import { post, type Attempt } from './webhook';

export interface NewsDeps {
  readonly app: Application;
  readonly settings: NewsSettings;
  /** Undefined: this database has nothing that several processes could share. */
  readonly outbox: Outbox | undefined;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether this node takes traffic: before that the host's plugins cannot be asked for anything. */
  readonly serves: () => boolean;
}

/** Undefined when nobody wants to be told, or nobody can be. */
export function assembleNews(deps: NewsDeps): Dispatcher | undefined {
  const { app, settings, outbox, clock, log, serves } = deps;
  const { webhook, channel } = settings;
  if (!webhook && !channel) return undefined;
  if (!outbox) {
    log.warn('Nobody is notified: that needs PostgreSQL or MySQL/MariaDB, where nodes can share what is on its way.');
    return undefined;
  }
  const nowhere: Promise<Attempt> = Promise.resolve({ end: 'never', problem: 'It is not configured any more.' });
  return new Dispatcher({
    settings,
    outbox,
    clock,
    log,
    ready: (target) => target === 'webhook' || serves(),
    deliver: {
      webhook: (news) => (webhook ? post(news, webhook, clock) : nowhere),
      channel: (news) => (channel ? notify(news, channel, app) : nowhere),
    },
    drifting: () => drifting(deps),
  });
}

/** Only while no operation is under way: during one, nodes differ on purpose. */
async function drifting({ coordination, guard }: NewsDeps): Promise<readonly DriftingNode[]> {
  const [record, { fingerprint }] = await Promise.all([coordination.state.read(), guard.applied()]);
  if (!fingerprint || isRunning(record)) return [];
  const roster = await coordination.state.roster();
  const differs = roster.filter(
    ({ role, phase, fingerprint: own }) =>
      role === 'app' && ['serving', 'failed'].includes(phase) && own !== '' && own !== fingerprint.digest,
  );
  return differs.map(({ bootId, name, fingerprint: own }) => ({ bootId, name, fingerprint: own }));
}

function isRunning(record: OperationRecord | undefined): boolean {
  return record !== undefined && !isOver(record);
}

import type { OperationRecord } from '../../shared/domain';
import type { CoordinatorDeps } from './coordinator-deps';
import { gather } from './gathering';
import type { RecordWriter } from './record-writer';
import type { RosterWatch } from './roster-watch';
import type { Waiting } from './waiting';

export interface DrainTools {
  readonly record: OperationRecord;
  readonly writer: RecordWriter;
  readonly watch: RosterWatch;
  readonly waiting: Waiting;
  readonly tell: (names: readonly string[]) => Promise<void>;
}

/** Every node has stopped: `followers` are the boot ids of the servers that drained. Or why not. */
export type Drained =
  | { readonly followers: ReadonlySet<string> }
  /** `overtaken`: by a newer operation, so what this one takes up has been resolved already. */
  | { readonly reason: string; readonly overtaken: boolean };

/** Waits until every node has stopped for this operation, up to the deadline of the settings. */
export async function drainNodes({ waiting, ...tools }: DrainTools, deps: CoordinatorDeps): Promise<Drained> {
  const { agent, ledger, settings } = deps;
  const { record } = tools;
  // What it would do, it would do with what was before a change that it has not seen; it loads that in a moment.
  if (agent.own.isStale(record)) return stopped(`${record.leader.name} has yet to load what was changed; try again.`);
  const { drainDeadline } = settings.timings;
  const deadline = waiting.upTo(drainDeadline);
  const sight = await gather({ ...tools, agent, ledger, deadline, policy: settings.background });
  const cut = deadline.why();
  if (cut !== undefined) return { reason: cut, overtaken: sight === 'overtaken' };
  if (typeof sight === 'string') return stopped('The operation could not be told to the database.');
  const { others, missing } = sight;
  if (missing.length > 0) {
    const seconds = drainDeadline / 1000;
    return stopped(`Not drained within ${seconds} s: ${missing.join(', ')}. Nothing was changed; try again.`);
  }
  return { followers: new Set(others.filter(({ phase }) => phase === 'drained').map(({ bootId }) => bootId)) };
}

function stopped(reason: string): Drained {
  return { reason, overtaken: false };
}

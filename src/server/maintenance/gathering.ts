import type { OperationRecord } from '../../shared/domain';
import { hasStopped } from '../core/node-machine';
import type { BackgroundPolicy } from '../core/settings';
import type { Ledger } from '../ports';
import type { NodeAgent } from './node-agent';
import type { RecordWriter } from './record-writer';
import { describeSelf, type Peer, type RosterWatch } from './roster-watch';
import type { Deadline } from './waiting';
import { refusalOf } from './work-policy';

/** Before a word that did not arrive is said again, in milliseconds. */
const AGAIN = 250;

export interface Gathering {
  readonly record: OperationRecord;
  readonly writer: RecordWriter;
  readonly watch: RosterWatch;
  readonly agent: NodeAgent;
  readonly ledger: Pick<Ledger, 'latest'>;
  readonly deadline: Deadline;
  readonly policy: BackgroundPolicy;
  /** Says who is waited for. */
  readonly tell: (names: readonly string[]) => Promise<void>;
}

export interface Gathered {
  readonly others: readonly Peer[];
  /** Those that have not stopped when the deadline is over, in words. */
  readonly missing: readonly string[];
}

/** Why there is nobody to wait for: the database was not told of the operation, or knows of a newer one. */
export type Untimely = 'untold' | 'overtaken';

/** Lets every node stop for the operation. */
export async function gather(gathering: Gathering): Promise<Gathered | Untimely> {
  const { record, writer, watch, agent, ledger, deadline, policy } = gathering;
  const { signal } = deadline;
  const self = () => (hasStopped(agent.report(), record) ? undefined : describeSelf(agent.report()));
  const tell = async (names: readonly string[], others: readonly Peer[]) => {
    const refusal = refusalOf(policy, [agent.report(), ...others]);
    if (refusal !== undefined) deadline.cut(refusal);
    await gathering.tell(names);
  };
  // Told before it looks: a node without Redis registers before it looks, so one of the two sees the other.
  const watched = writer.save().then(async (told) => {
    if (!told) return 'untold';
    const newer = await newerThan(record, ledger);
    if (newer !== undefined) {
      deadline.cut(newer);
      return 'overtaken';
    }
    const stopped = (node: Peer) => hasStopped(node, record);
    const first = await watch.until(stopped, signal, tell, self);
    if (first.missing.length > 0) return first;
    // In this order: who comes back and looks from here on sees that it is not waited for; who looked before is in the lists.
    return (await close(writer, agent, signal)) ? watch.until(stopped, signal, tell, self) : 'untold';
  });
  const [sight] = await Promise.all([watched, agent.own.drain(record, signal)]);
  return sight;
}

/** Tells store and database; false: not within the deadline. */
async function close(writer: RecordWriter, agent: NodeAgent, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await writer.close()) return true;
    await agent.nextSight(AGAIN, signal);
  }
  return false;
}

/**
 * A store that was emptied may give the lease to a node that took its epoch before one that has come and gone meanwhile.
 * Nodes go by the newest that the database knows, so the older one must not lead.
 */
async function newerThan({ epoch }: OperationRecord, ledger: Pick<Ledger, 'latest'>): Promise<string | undefined> {
  const newest = await ledger.latest();
  if (!newest || newest.epoch <= epoch) return undefined;
  return `${newest.leader.name} began ${newest.kind} (epoch ${newest.epoch}) after this had taken epoch ${epoch}; try again.`;
}

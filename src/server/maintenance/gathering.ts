import type { OperationRecord } from '../../shared/domain';
import { hasStopped } from '../core/node-machine';
import type { BackgroundPolicy } from '../core/settings';
import type { NodeAgent } from './node-agent';
import type { RecordWriter } from './record-writer';
import { describeSelf, type Peer, type RosterWatch } from './roster-watch';
import type { Deadline } from './waiting';
import { refusalOf } from './work-policy';

export interface Gathering {
  readonly record: OperationRecord;
  readonly writer: RecordWriter;
  readonly watch: RosterWatch;
  readonly agent: NodeAgent;
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

/** Lets every node stop for the operation. Undefined when the database could not be told of it. */
export async function gather(gathering: Gathering): Promise<Gathered | undefined> {
  const { record, writer, watch, agent, deadline, policy } = gathering;
  const { signal } = deadline;
  const self = () => (hasStopped(agent.report(), record) ? undefined : describeSelf(agent.report()));
  const tell = async (names: readonly string[], others: readonly Peer[]) => {
    const refusal = refusalOf(policy, [agent.report(), ...others]);
    if (refusal !== undefined) deadline.cut(refusal);
    await gathering.tell(names);
  };
  // Told before it looks: a node without Redis registers before it looks, so one of the two sees the other.
  const watched = writer.save().then((told) => {
    return told ? watch.until((node) => hasStopped(node, record), signal, tell, self) : undefined;
  });
  const [sight] = await Promise.all([watched, agent.own.drain(record, signal)]);
  return sight;
}

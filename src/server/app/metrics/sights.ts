import { NODE_PHASES, type NodePhase, type OperationRecord, type RosterEntry } from '../../../shared/domain';
import { isOver } from '../../core/node-machine';
import { isStanding } from '../../core/standing';
import type { NodeAgent } from '../../maintenance/node-agent';
import type { Coordination } from '../../ports';
import type { Instruments } from './instruments';

/** What a scrape looks at. */
export interface Sight {
  readonly ready: boolean;
  readonly phase: NodePhase | 'off';
  readonly waiting: number;
  readonly inFlight: number;
  /** As soon as this process is a node. */
  readonly node?: SightOfNode | undefined;
}

export interface SightOfNode {
  readonly agent: Pick<NodeAgent, 'report' | 'lastRecord'>;
  readonly coordination: Pick<Coordination, 'mode' | 'problem'>;
  /** Absent while the store cannot be reached. */
  readonly roster: readonly RosterEntry[] | undefined;
}

/** Sets what is asked for at a scrape only. What cannot be known is left out instead of being called 0. */
export function show(sight: Sight, instruments: Instruments): void {
  const { ready, phase, waiting, inFlight } = instruments;
  ready.set(sight.ready ? 1 : 0);
  for (const known of NODE_PHASES) phase.set({ phase: known }, known === sight.phase ? 1 : 0);
  waiting.set(sight.waiting);
  inFlight.set(sight.inFlight);
  if (sight.node) showNode(sight.node, instruments);
}

function showNode({ agent, coordination, roster }: SightOfNode, instruments: Instruments): void {
  const own = agent.report();
  const { info, redisUp } = instruments;
  info.set({ version: own.version, mode: coordination.mode }, 1);
  if (coordination.mode === 'cluster') redisUp.set(coordination.problem() === undefined ? 1 : 0);
  showRoster(roster, own.fingerprint, instruments);
  showOperation(agent.lastRecord, instruments);
}

function showRoster(
  roster: readonly RosterEntry[] | undefined,
  fingerprint: string,
  { nodes, drift }: Instruments,
): void {
  nodes.reset();
  drift.remove();
  if (!roster) return;
  const servers = roster.filter(({ role }) => role === 'app');
  for (const phase of NODE_PHASES) nodes.set({ phase }, servers.filter((node) => node.phase === phase).length);
  if (fingerprint === '') return;
  const others = servers.filter((node) => node.fingerprint !== '' && node.fingerprint !== fingerprint);
  drift.set(others.length);
}

function showOperation(record: OperationRecord | undefined, instruments: Instruments): void {
  const { leader, operation, last, epoch } = instruments;
  leader.reset();
  operation.reset();
  if (!record) return;
  const { kind, phase, result } = record;
  epoch.set(record.epoch);
  if (isOver(record)) {
    last.reset();
    last.set({ kind, result: result ?? 'done' }, (record.endedAt ?? record.phaseSince) / 1000);
    return;
  }
  operation.set({ kind, phase }, record.phaseSince / 1000);
  if (!isStanding(record)) leader.set({ kind, leader: record.leader.name }, record.startedAt / 1000);
}

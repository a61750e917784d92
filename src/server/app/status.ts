import type { NodeView, StatusBody } from '../../shared/api';
import type { OperationRecord, RosterEntry } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { isOver } from '../core/node-machine';
import { sentence } from '../core/errors';
import type { NodeAgent } from '../maintenance/node-agent';
import type { Coordination } from '../ports';

export interface StatusDeps {
  readonly agent: NodeAgent;
  readonly coordination: Coordination;
  readonly clock: Clock;
}

/** What the page shows. A store that cannot be reached leaves the node that answers, and says why. */
export async function statusBody({ agent, coordination, clock }: StatusDeps): Promise<StatusBody> {
  const base = { mode: coordination.mode, self: agent.self.bootId, selfName: agent.self.name, now: clock.wall() };
  try {
    const [roster, record] = await Promise.all([coordination.state.roster(), coordination.state.read()]);
    const nodes = withSelf(roster, agent).map((node) => view(node, agent, record));
    const told = record === undefined ? {} : isOver(record) ? { lastOperation: record } : { operation: record };
    return { ...base, online: true, message: '', nodes, ...told };
  } catch (error) {
    const message = coordination.problem() ?? sentence(error);
    return { ...base, online: false, message, nodes: [view({ ...agent.report(), silentMs: 0 }, agent, undefined)] };
  }
}

/** The first report of this node may still be on its way; CLI processes are no nodes that anybody operates. */
function withSelf(roster: readonly RosterEntry[], agent: NodeAgent): readonly RosterEntry[] {
  const servers = roster.filter((node) => node.role === 'app');
  const known = servers.some((node) => node.bootId === agent.self.bootId);
  const all = known ? servers : [...servers, { ...agent.report(), silentMs: 0 }];
  return [...all].sort((a, b) => a.name.localeCompare(b.name) || a.bootId.localeCompare(b.bootId));
}

function view(node: RosterEntry, agent: NodeAgent, record: OperationRecord | undefined): NodeView {
  const running = record && !isOver(record) ? record : undefined;
  const reference = running?.target || agent.report().fingerprint;
  const unknown = node.fingerprint === '' || reference === '';
  return {
    ...node,
    fingerprintMatch: unknown ? 'unknown' : node.fingerprint === reference ? 'equal' : 'different',
    isSelf: node.bootId === agent.self.bootId,
    isLeader: node.bootId === running?.leader.bootId,
  };
}

import type { NodeView, SilentNode, StatusBody } from '../../shared/api';
import type { OperationRecord, RosterEntry } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { hasStopped, isOver } from '../core/node-machine';
import { sentence } from '../core/errors';
import type { NodeAgent } from '../maintenance/node-agent';
import type { Resolver } from '../maintenance/resolver';
import { silentNodes } from '../maintenance/roster-watch';
import type { TimeLimit } from '../maintenance/time-limit';
import type { Coordination, Ledger } from '../ports';

export interface StatusDeps {
  readonly agent: NodeAgent;
  readonly coordination: Coordination;
  readonly clock: Clock;
  readonly resolver: Resolver;
  readonly timeLimit: TimeLimit;
  readonly ledger: Ledger;
  readonly database: { readonly shared: boolean };
}

/** What the page shows. A store that cannot be reached leaves the node that answers, and says why. */
export async function statusBody(deps: StatusDeps): Promise<StatusBody> {
  const { agent, coordination, clock, database } = deps;
  const self = { self: agent.self.bootId, selfName: agent.self.name, now: clock.wall() };
  const base = { ...self, mode: coordination.mode, guarded: database.shared };
  try {
    const [roster, record] = await Promise.all([coordination.state.roster(), coordination.state.read()]);
    const nodes = withSelf(roster, agent).map((node) => view(node, agent, record));
    const told = record === undefined ? {} : isOver(record) ? { lastOperation: record } : { operation: record };
    return { ...base, online: true, message: '', nodes, ...told, ...(await troubles(deps, roster, record)) };
  } catch (error) {
    const message = coordination.problem() ?? sentence(error);
    const nodes = [view({ ...agent.report(), silentMs: 0 }, agent, undefined)];
    return { ...base, online: false, message, nodes };
  }
}

/** What only matters while an operation is unfinished, so that an idle page costs the database nothing. */
async function troubles(
  { resolver, ledger, coordination, timeLimit }: StatusDeps,
  roster: readonly RosterEntry[],
  record: OperationRecord | undefined,
): Promise<Pick<StatusBody, 'waysOut' | 'silentNodes' | 'endsInMs'>> {
  if (!record || isOver(record)) return {};
  const registered = record.phase === 'draining' && coordination.mode === 'cluster' ? await ledger.nodes() : [];
  const silent: readonly SilentNode[] = silentNodes(registered, roster, (node) => hasStopped(node, record));
  const choices = record.changed ? await resolver.choices(record) : undefined;
  const endsInMs = timeLimit.left();
  return {
    ...(endsInMs === undefined ? {} : { endsInMs }),
    ...(silent.length > 0 ? { silentNodes: silent } : {}),
    ...(choices ? { waysOut: choices } : {}),
  };
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

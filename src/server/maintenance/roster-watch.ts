import type { RosterEntry } from '../../shared/domain';
import type { StateStore } from '../ports';
import type { NodeAgent } from './node-agent';

/** How often the leader looks at the roster while it waits for the others, in milliseconds. */
const LOOK_EVERY = 25;

/** The leader's view of the other servers. Short CLI processes serve nobody and are not waited for. */
export class RosterWatch {
  constructor(
    private readonly state: StateStore,
    private readonly agent: NodeAgent,
  ) {}

  /** Undefined when the store cannot be reached: then nothing is known, which is not the same as nobody. */
  async others(): Promise<readonly RosterEntry[] | undefined> {
    try {
      const roster = await this.state.roster();
      return roster.filter((node) => node.bootId !== this.agent.self.bootId && node.role === 'app');
    } catch {
      return undefined;
    }
  }

  /** Waits until `ready` holds for every other server; at abort returns those for which it does not. */
  async until(
    ready: (node: RosterEntry) => boolean,
    signal: AbortSignal,
    tell: (names: readonly string[]) => Promise<void>,
  ): Promise<{ readonly others: readonly RosterEntry[]; readonly missing: readonly string[] }> {
    for (;;) {
      const others = await this.others();
      const missing = others?.filter((node) => !ready(node)).map(describe) ?? ['the list of nodes (Redis is silent)'];
      if (missing.length === 0) return { others: others ?? [], missing };
      await tell(missing);
      if (signal.aborted) return { others: others ?? [], missing };
      await this.agent.nextSight(LOOK_EVERY, signal);
    }
  }
}

/** What somebody needs to know about a node that keeps the others waiting. */
function describe(node: RosterEntry): string {
  const plural = node.inFlight === 1 ? 'request' : 'requests';
  const requests = node.inFlight > 0 ? `, ${node.inFlight} ${plural} under way` : '';
  const silent = node.silentMs > 3_000 ? `, silent for ${Math.round(node.silentMs / 1000)} s` : '';
  return `${node.name} (${node.phase}${requests}${silent})`;
}

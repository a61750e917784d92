import type { ModelCluster } from './cluster';
import type { ModelNode } from './node';
import type { Host } from './simulation';

/** After the end of a trouble a machine may still suffer from it, in ms. */
const AFTERWARDS = 10_000;

/** Calls that turn something for good. */
const TURNS = ['acquire', 'enter', 'commit', 'finish'] as const;

/** What can be done to a process and its connections, now or at a moment that matters. */
export class Blows {
  constructor(private readonly cluster: ModelCluster) {}

  kill(node: ModelNode, ms: number): void {
    if (node.host.state === 'dead') return;
    node.kill();
    if (node.role === 'app') this.later(ms, () => this.cluster.boot());
  }

  freeze({ host }: ModelNode, ms: number): void {
    const { simulation } = this.cluster;
    this.trouble(host, ms);
    simulation.freeze(host);
    this.later(ms, () => simulation.thaw(host));
  }

  loseStore(node: ModelNode, how: 'cut' | 'silent', ms: number): void {
    this.trouble(node.host, ms);
    node.links.store.state = how;
    this.later(ms, () => (node.links.store.state = 'up'));
  }

  loseDatabase(node: ModelNode, ms: number): void {
    this.trouble(node.host, ms);
    node.loseDatabase();
    this.later(ms, () => node.links.heal());
  }

  loseGuard(node: ModelNode, ms: number): void {
    node.loseGuard();
    this.later(ms, () => (node.links.guard.state = 'up'));
  }

  slowDown(node: ModelNode, ms: number): void {
    this.trouble(node.host, ms);
    node.links.slowDown(ms);
    this.later(ms, () => node.links.slowDown(0));
  }

  /** Does something to the leader that is inside the guard, or to the next one, `ms` after it came in. */
  inside(ms: number, act: (leader: ModelNode) => void): void {
    const { guard, alive } = this.cluster;
    const leader = alive.find(({ host }) => host === guard.inside?.host);
    if (leader) return act(leader);
    guard.onEnter = (host) => {
      const next = this.cluster.alive.find((node) => node.host === host);
      if (next) this.later(ms, () => act(next));
    };
  }

  trap({ links }: ModelNode, ms: number, act: () => void): void {
    const turn = TURNS[ms % TURNS.length] ?? 'acquire';
    // A commit is told to the store, the database, and the store once more.
    const calls = turn === 'commit' ? 1 + ((ms >> 2) % 2) : 1;
    (turn === 'enter' ? links.guard : links.store).interrupt(calls, act, turn);
  }

  linkOf(node: ModelNode, ms: number) {
    return [node.links.store, node.links.database, node.links.store, node.links.guard][ms % 4] ?? node.links.store;
  }

  trouble(host: Host, ms: number): void {
    host.troubledUntil = Math.max(host.troubledUntil, this.cluster.simulation.time + ms + AFTERWARDS);
  }

  later(ms: number, act: () => void): void {
    const { simulation } = this.cluster;
    simulation.after(ms, simulation.world, act);
  }
}

import type { Resolution } from '../../src/shared/domain';
import type { ModelCluster } from './cluster';
import type { ModelNode } from './node';
import type { Rules } from './rules';
import type { Step, Trouble } from './scenario';
import type { Host } from './simulation';

/** After the end of a trouble a machine may still suffer from it, in ms. */
const AFTERWARDS = 10_000;
/** Longer than a lease and the time until others look after it, in ms. */
const LONG = 6_000;
/** Longer than a process waits for the end of the operation before, in ms. */
const SLOW = 2_500;

/** What people do about it. */
export interface People {
  /** Wants an operation from this node, and does not give up soon. */
  readonly goOn: (node: ModelNode) => void;
  /** Resolves what is held within so many ms. */
  readonly resolve: (node: ModelNode, ms: number, way: Resolution) => void;
  /** Wants a quiet operation from it, whether it takes traffic or not. */
  readonly readAt: (node: ModelNode) => void;
}

const TURNS = ['acquire', 'enter', 'commit', 'finish'] as const;

/** What goes wrong: with machines, processes, connections, clocks, and with the store itself. */
export class Troubles {
  readonly acts: Record<Trouble, (node: ModelNode, step: Step) => void> = {
    kill: (node, { ms }) => this.kill(node, ms),
    freeze: (node, { ms }) => this.freeze(node, ms),
    'kill-in-call': (node, { ms }) => this.linkOf(node, ms).interrupt(1 + (ms % 12), () => this.kill(node, ms)),
    'freeze-in-call': (node, { ms }) => this.linkOf(node, ms).interrupt(1 + (ms % 12), () => this.freeze(node, ms)),
    'kill-at-turn': (node, { ms }) => this.atTurn(node, ms, () => this.kill(node, ms)),
    'freeze-at-turn': (node, { ms }) => this.atTurn(node, ms, () => this.freeze(node, LONG / 2 + ms)),
    'goodbye-at-turn': (node, { ms }) => this.atTurn(node, ms, () => this.goodbye(node, ms)),
    'cut-store': (node, { ms }) => this.loseStore(node, 'cut', ms),
    'silence-store': (node, { ms }) => this.loseStore(node, 'silent', ms),
    'cut-database': (node, { ms }) => this.loseDatabase(node, ms),
    'lose-guard': (_, { ms }) => this.inside(ms % 500, (leader) => this.loseGuard(leader, ms)),
    occupy: (_, { ms }) => void this.cluster.guard.occupy(this.cluster.database.guard(), ms),
    'slow-links': (node, { ms }) => this.slowDown(node, ms),
    overtake: (node, { ms }) => this.overtake(node, ms),
    'stray-enter': (node, { ms }) => this.strayEnter(node, ms),
    'retry-in-trouble': (_, { ms }) => this.retryInTrouble(ms),
    isolate: (node, { ms }) => {
      this.loseStore(node, 'silent', ms);
      this.loseDatabase(node, ms);
    },
    'cut-all-stores': (_, { ms }) => this.cluster.alive.forEach((node) => this.loseStore(node, 'cut', ms)),
    flush: (node, { ms }) => this.flush(node, ms),
    'fail-over': (_, { ms }) => this.failOver(Math.min(ms, 1_000)),
    'forget-epochs': () => this.forgetEpochs(),
    'pause-store': (_, { ms }) => (this.cluster.pausedUntil = this.cluster.simulation.time + ms),
    'jump-clock': ({ host }, { ms, node }) => (host.skew += ms * (node % 2 === 0 ? 1_000 : -1_000)),
    goodbye: (node, { ms }) => this.goodbye(node, ms),
  };

  /** Which side has lost what it knew. That both do is beyond what is promised: nobody would know an epoch any more. */
  private forgetful: 'store' | 'database' | undefined;

  constructor(
    private readonly cluster: ModelCluster,
    private readonly rules: Rules,
    private readonly people: People,
  ) {}

  private kill(node: ModelNode, ms: number): void {
    if (node.host.state === 'dead') return;
    node.kill();
    if (node.role === 'app') this.later(ms, () => this.cluster.boot());
  }

  private freeze({ host }: ModelNode, ms: number): void {
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

  private loseDatabase(node: ModelNode, ms: number): void {
    this.trouble(node.host, ms);
    node.loseDatabase();
    this.later(ms, () => node.links.heal());
  }

  private loseGuard(node: ModelNode, ms: number): void {
    node.loseGuard();
    this.later(ms, () => (node.links.guard.state = 'up'));
  }

  slowDown(node: ModelNode, ms: number): void {
    this.trouble(node.host, ms);
    node.links.slowDown(ms);
    this.later(ms, () => node.links.slowDown(0));
  }

  private overtake(node: ModelNode, ms: number): void {
    // Sometimes while it still announces its first change.
    this.inside(ms % 2 === 0 ? ms % 12 : 50 + (ms % 500), (leader) => {
      const away = LONG + ms / 2;
      const stop = () => {
        this.freeze(leader, away);
        this.later(ms % 2_000, () => this.loseGuard(leader, 100));
      };
      if (ms % 2 === 0) return this.askBefore(leader, away, stop);
      stop();
      this.others(leader, node);
    });
  }

  /** It is asked for something else when it stops, and the store hears of that when the leader is about to go on. */
  private askBefore(leader: ModelNode, away: number, stop: () => void): void {
    leader.links.store.delayNext('acquire', away - 200, stop);
    this.people.readAt(leader);
    this.later(away - 100, () => this.slowDown(leader, SLOW));
    const other = this.cluster.servers.find((node) => node !== leader);
    if (other) this.people.resolve(other, 2 * LONG, 'resume');
  }

  private strayEnter(node: ModelNode, ms: number): void {
    node.links.guard.delayNext('enter', LONG + ms / 2, () => {
      this.loseStore(node, 'silent', LONG + ms / 2);
      this.others(node, node);
    });
  }

  /** What died in the middle of its work is done again, and that meets trouble, too, where it turns something for good. */
  private retryInTrouble(ms: number): void {
    this.inside(50 + (ms % 300), (leader) => {
      this.kill(leader, ms);
      const { servers } = this.cluster;
      for (const node of servers) this.trap(node, ms, () => this.strike(node, ms));
      const [person] = servers;
      if (person) this.people.resolve(person, 2 * LONG, 'retry');
    });
  }

  private strike(node: ModelNode, ms: number): void {
    const strikes = [() => this.loseStore(node, 'cut', 50), () => this.kill(node, ms), () => this.freeze(node, LONG)];
    strikes[(ms >> 2) % strikes.length]?.();
  }

  /** Others go on with something of their own. */
  private others(leader: ModelNode, preferred: ModelNode): void {
    const { servers } = this.cluster;
    const other = preferred === leader ? servers.find((node) => node !== leader) : preferred;
    if (!other) return;
    this.people.resolve(other, 2 * LONG, 'resume');
    this.later(LONG / 2, () => this.people.goOn(other));
  }

  private goodbye(node: ModelNode, ms: number): void {
    const { parts, host, app, role } = node;
    this.trouble(host, Infinity);
    const asked = this.cluster.simulation.time;
    void parts.coordinator
      .goodbye()
      .then(() => parts.agent.leave())
      .then(() => {
        this.rules.left(node, asked);
        app.open = false;
        if (host.state !== 'dead') node.kill();
      });
    if (role === 'app') this.later(ms + 5_000, () => this.cluster.boot());
  }

  /** Somebody loads older tables of the plugin past it: the database gives out epochs again that the store has seen. */
  private forgetEpochs(): void {
    if (this.forgets('database')) this.cluster.database.forgetEpochs();
  }

  /** Half of the times somebody begins at once with something of his own. */
  private flush(node: ModelNode, ms: number): void {
    if (!this.forgets('store')) return;
    this.rules.storeForgets(0);
    this.cluster.store.flush();
    if (ms % 2 === 0) this.people.goOn(node);
  }

  /** A replica that has not seen the last writes becomes the master. */
  private failOver(within: number): void {
    if (!this.forgets('store')) return;
    const { simulation, store } = this.cluster;
    const back = store.snapshot();
    this.cluster.pausedUntil = simulation.time + within;
    this.rules.storeForgets(within);
    this.later(within, back);
  }

  private forgets(side: 'store' | 'database'): boolean {
    this.forgetful ??= side;
    return this.forgetful === side;
  }

  /** Does something to the leader that is inside the guard, or to the next one, `ms` after it came in. */
  private inside(ms: number, act: (leader: ModelNode) => void): void {
    const { guard, alive } = this.cluster;
    const leader = alive.find(({ host }) => host === guard.inside?.host);
    if (leader) return act(leader);
    guard.onEnter = (host) => {
      const next = this.cluster.alive.find((node) => node.host === host);
      if (next) this.later(ms, () => act(next));
    };
  }

  /** At a call of the node that turns something for good: it has had its effect, and the node does not know that. */
  private atTurn(node: ModelNode, ms: number, act: () => void): void {
    this.trap(node, ms, act);
    this.people.goOn(node);
  }

  private trap({ links }: ModelNode, ms: number, act: () => void): void {
    const turn = TURNS[ms % TURNS.length] ?? 'acquire';
    // A commit is told to the store, the database, and the store once more.
    const calls = turn === 'commit' ? 1 + ((ms >> 2) % 2) : 1;
    (turn === 'enter' ? links.guard : links.store).interrupt(calls, act, turn);
  }

  private linkOf(node: ModelNode, ms: number) {
    return [node.links.store, node.links.database, node.links.store, node.links.guard][ms % 4] ?? node.links.store;
  }

  private trouble(host: Host, ms: number): void {
    host.troubledUntil = Math.max(host.troubledUntil, this.cluster.simulation.time + ms + AFTERWARDS);
  }

  private later(ms: number, act: () => void): void {
    const { simulation } = this.cluster;
    simulation.after(ms, simulation.world, act);
  }
}

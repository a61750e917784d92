import type { Blows } from './blows';
import type { ModelCluster } from './cluster';
import type { ModelNode } from './node';
import type { People } from './people';
import type { Rules } from './rules';
import type { Step, Trouble } from './scenario';
import { Strays } from './strays';

/** Longer than a lease and the time until others look after it, in ms. */
const LONG = 6_000;
/** Longer than the longest wait for an answer of the store, in ms. */
const SLOW = 1_250;

/** What goes wrong: with machines, processes, connections, clocks, and with the store itself. */
export class Troubles {
  readonly acts: Record<Trouble, (node: ModelNode, step: Step) => void> = {
    kill: (node, { ms }) => this.blows.kill(node, ms),
    freeze: (node, { ms }) => this.blows.freeze(node, ms),
    'kill-in-call': (node, { ms }) =>
      this.blows.linkOf(node, ms).interrupt(1 + (ms % 12), () => this.blows.kill(node, ms)),
    'freeze-in-call': (node, { ms }) =>
      this.blows.linkOf(node, ms).interrupt(1 + (ms % 12), () => this.blows.freeze(node, ms)),
    'kill-at-turn': (node, { ms }) => this.atTurn(node, ms, () => this.blows.kill(node, ms)),
    'freeze-at-turn': (node, { ms }) => this.atTurn(node, ms, () => this.blows.freeze(node, LONG / 2 + ms)),
    'goodbye-at-turn': (node, { ms }) => this.atTurn(node, ms, () => this.goodbye(node, ms)),
    'flush-at-turn': (node) => this.flushAtTurn(node),
    'forget-what-stands': (node, { ms }) => this.forgetWhatStands(node, ms),
    'cut-store': (node, { ms }) => this.blows.loseStore(node, 'cut', ms),
    'silence-store': (node, { ms }) => this.blows.loseStore(node, 'silent', ms),
    'cut-database': (node, { ms }) => this.blows.loseDatabase(node, ms),
    'lose-guard': (_, { ms }) => this.blows.inside(ms % 500, (leader) => this.blows.loseGuard(leader, ms)),
    occupy: (_, { ms }) => void this.cluster.guard.occupy(this.cluster.database.guard(), ms),
    'slow-links': (node, { ms }) => this.blows.slowDown(node, ms),
    overtake: (node, { ms }) => this.overtake(node, ms),
    'stray-enter': (node, { ms }) => this.strayEnter(node, ms),
    'retry-in-trouble': (_, { ms }) => this.retryInTrouble(ms),
    'left-behind': (node, { ms }) => this.strays.leftBehind(node, ms),
    'start-in-the-dark': (node, { ms }) => this.strays.startInTheDark(node, ms),
    unlisted: (node, { ms }) => this.strays.unlisted(node, ms),
    isolate: (node, { ms }) => {
      this.blows.loseStore(node, 'silent', ms);
      this.blows.loseDatabase(node, ms);
    },
    'cut-all-stores': (_, { ms }) => this.cluster.alive.forEach((node) => this.blows.loseStore(node, 'cut', ms)),
    flush: (node, { ms }) => this.flush(node, ms),
    'fail-over': (_, { ms }) => this.failOver(Math.min(ms, 1_000)),
    'forget-epochs': () => this.forgetEpochs(),
    'pause-store': (_, { ms }) => (this.cluster.pausedUntil = this.cluster.simulation.time + ms),
    'jump-clock': ({ host }, { ms, node }) => (host.skew += ms * (node % 2 === 0 ? 1_000 : -1_000)),
    goodbye: (node, { ms }) => this.goodbye(node, ms),
  };

  /** Which side has lost what it knew. That both do is beyond what is promised: nobody would know an epoch any more. */
  private forgetful: 'store' | 'database' | undefined;
  private readonly strays: Strays;

  constructor(
    private readonly cluster: ModelCluster,
    private readonly blows: Blows,
    private readonly rules: Rules,
    private readonly people: People,
  ) {
    this.strays = new Strays(cluster, blows, people);
  }

  private overtake(node: ModelNode, ms: number): void {
    this.blows.inside(50 + (ms % 500), (leader) => {
      const away = LONG + ms / 2;
      const stop = () => {
        this.blows.freeze(leader, away);
        this.blows.later(ms % 2_000, () => this.blows.loseGuard(leader, 100));
      };
      if (ms % 2 === 0) return this.askBefore(leader, away, stop);
      stop();
      this.others(leader, node);
    });
  }

  /** It is asked for something else when it stops, and the store hears of that when the leader is about to go on. */
  private askBefore(leader: ModelNode, away: number, stop: () => void): void {
    leader.links.store.delayNext('acquire', away - 200, stop);
    void this.people.readAt(leader);
    const other = this.cluster.servers.find((node) => node !== leader);
    if (other) void this.people.resolve(other, 2 * LONG, 'resume');
  }

  private strayEnter(node: ModelNode, ms: number): void {
    node.links.guard.delayNext('enter', LONG + ms / 2, () => {
      this.blows.loseStore(node, 'silent', LONG + ms / 2);
      this.others(node, node);
    });
  }

  /** What died in the middle of its work is done again, and that meets trouble, too, where it turns something for good. */
  private retryInTrouble(ms: number): void {
    this.blows.inside(50 + (ms % 300), (leader) => {
      this.blows.kill(leader, ms);
      const { servers } = this.cluster;
      for (const node of servers) this.blows.trap(node, ms, () => this.strike(node, ms));
      const [person] = servers;
      if (person) void this.people.resolve(person, 2 * LONG, 'retry');
    });
  }

  private strike(node: ModelNode, ms: number): void {
    const strikes = [
      () => this.blows.loseStore(node, 'cut', 50),
      () => this.blows.kill(node, ms),
      () => this.blows.freeze(node, LONG),
    ];
    strikes[(ms >> 2) % strikes.length]?.();
  }

  /** Others go on with something of their own. */
  private others(leader: ModelNode, preferred: ModelNode): void {
    const { servers } = this.cluster;
    const other = preferred === leader ? servers.find((node) => node !== leader) : preferred;
    if (!other) return;
    void this.people.resolve(other, 2 * LONG, 'resume');
    this.blows.later(LONG / 2, () => void this.people.goOn(other));
  }

  private goodbye(node: ModelNode, ms: number): void {
    const { parts, host, app, role } = node;
    this.blows.trouble(host, Infinity);
    const asked = this.cluster.simulation.time;
    void parts.coordinator
      .goodbye()
      .then(() => parts.agent.leave())
      .then(() => {
        this.rules.left(node, asked);
        app.open = false;
        if (host.state !== 'dead') node.kill();
      });
    if (role === 'app') this.blows.later(ms + 5_000, () => this.cluster.boot());
  }

  /** Somebody loads older tables of the plugin past it: the database gives out epochs again that the store has seen. */
  private forgetEpochs(): void {
    if (this.forgets('database')) this.cluster.database.forgetEpochs();
  }

  /** Half of the times somebody begins at once with something of his own. */
  private flush(node: ModelNode, ms: number): void {
    if (!this.forgets('store')) return;
    this.empty();
    if (ms % 2 === 0) void this.people.goOn(node);
  }

  private flushAtTurn(node: ModelNode): void {
    if (!this.forgets('store')) return;
    node.links.store.interrupt(
      1,
      () => {
        this.empty();
        this.blows.slowDown(node, SLOW);
        const other = this.cluster.servers.find((each) => each !== node);
        if (other) void this.people.cancel(other, SLOW);
      },
      'commit',
    );
    void this.people.goOn(node);
  }

  private forgetWhatStands(node: ModelNode, ms: number): void {
    void this.people.enter(node);
    this.blows.later(400 + (ms % 400), () => {
      if (!this.forgets('store')) return;
      node.links.store.delayNext('acquire', 5, () => this.empty());
      void this.people.readAt(node);
    });
  }

  private empty(): void {
    this.rules.storeForgets(0);
    this.cluster.store.flush();
  }

  /** A replica that has not seen the last writes becomes the master. */
  private failOver(within: number): void {
    if (!this.forgets('store')) return;
    const { simulation, store } = this.cluster;
    const back = store.snapshot();
    this.cluster.pausedUntil = simulation.time + within;
    this.rules.storeForgets(within);
    this.blows.later(within, back);
  }

  private forgets(side: 'store' | 'database'): boolean {
    this.forgetful ??= side;
    return this.forgetful === side;
  }

  /** At a call of the node that turns something for good: it has had its effect, and the node does not know that. */
  private atTurn(node: ModelNode, ms: number, act: () => void): void {
    this.blows.trap(node, ms, act);
    void this.people.goOn(node);
  }
}

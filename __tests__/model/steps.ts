import { isRepeatable } from '../../src/server/core/settlement';
import type { ModelCluster } from './cluster';
import type { ModelNode } from './node';
import type { Rules } from './rules';
import type { Step, What } from './scenario';
import type { Host } from './simulation';

/** The most processes that a scenario has at a time. */
const MOST = 6;
/** How often somebody tries who does not take no for an answer, and how long he waits in between, in ms. */
const TRIES = 15;
const PAUSE = 150;
/** After the end of a trouble a machine may still suffer from it, in ms. */
const AFTERWARDS = 10_000;

/** Does what a scenario says: what people and clients ask for, and what goes wrong. */
export class Steps {
  /** Operations by what became of them. */
  readonly outcomes: Record<string, number> = {};
  private versions = 1;
  private readonly acts: Record<What, (node: ModelNode, step: Step) => void> = {
    operate: (node, { ms }) => void this.operate(node, ms),
    'operate-twice': (_, { ms }) => this.cluster.alive.forEach((node) => void this.operate(node, ms)),
    'operate-eagerly': (node, { ms }) => void this.insist(node, Math.min(ms, 800)),
    request: ({ app }, { ms }) => app.request(ms),
    cancel: (node) => this.cancel(node),
    kill: (node, { ms }) => this.kill(node, ms),
    freeze: (node, { ms }) => this.freeze(node, ms),
    'kill-in-call': (node, { ms }) => this.linkOf(node, ms).interrupt(1 + (ms % 12), () => this.kill(node, ms)),
    'freeze-in-call': (node, { ms }) => this.linkOf(node, ms).interrupt(1 + (ms % 12), () => this.freeze(node, ms)),
    'cut-store': (node, { ms }) => this.loseStore(node, 'cut', ms),
    'silence-store': (node, { ms }) => this.loseStore(node, 'silent', ms),
    'cut-database': (node, { ms }) => this.loseDatabase(node, ms),
    'lose-guard': (node, { ms }) => this.loseGuard(node, ms),
    isolate: (node, { ms }) => {
      this.loseStore(node, 'silent', ms);
      this.loseDatabase(node, ms);
    },
    'cut-all-stores': (_, { ms }) => this.cluster.alive.forEach((node) => this.loseStore(node, 'cut', ms)),
    flush: () => this.flush(),
    'fail-over': (_, { ms }) => this.failOver(Math.min(ms, 1_000)),
    'pause-store': (_, { ms }) => (this.cluster.pausedUntil = this.cluster.simulation.time + ms),
    'jump-clock': ({ host }, { ms, node }) => (host.skew += ms * (node % 2 === 0 ? 1_000 : -1_000)),
    boot: () => this.cluster.alive.length < MOST && this.cluster.boot(),
    goodbye: (node, { ms }) => this.goodbye(node, ms),
    resolve: (node) => this.resolve(node),
  };

  constructor(
    private readonly cluster: ModelCluster,
    private readonly rules: Rules,
  ) {}

  perform(step: Step): void {
    const { alive } = this.cluster;
    const node = alive[step.node % Math.max(1, alive.length)];
    this.cluster.tell?.(node?.host.name ?? 'nobody', 'step', step.what, step);
    if (node) this.acts[step.what](node, step);
    else if (step.what === 'boot') this.cluster.boot();
  }

  private async operate(node: ModelNode, ms: number): Promise<string> {
    const word = await node.operate(ms, `v${(this.versions += 1)}`);
    this.outcomes[word] = (this.outcomes[word] ?? 0) + 1;
    return word;
  }

  private async insist(node: ModelNode, ms: number): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const word = await this.operate(node, ms);
      if (word === 'done' || word === 'degraded') return;
      await this.cluster.simulation.wait(PAUSE, node.host);
    }
  }

  private cancel(node: ModelNode): void {
    const record = this.cluster.store.read();
    if (!record || record.result !== undefined) return;
    void node.parts.resolver.cancel(record.id, 'model').catch(() => undefined);
  }

  private resolve(node: ModelNode): void {
    const record = this.cluster.store.read();
    if (record?.phase !== 'held') return;
    const way = isRepeatable(record.kind) ? 'retry' : 'resume';
    void node.parts.resolver.resolve(record.id, way, 'model').catch(() => undefined);
  }

  private kill(node: ModelNode, ms: number): void {
    if (node.host.state === 'dead') return;
    node.kill();
    this.later(ms, () => this.cluster.boot());
  }

  private freeze({ host }: ModelNode, ms: number): void {
    const { simulation } = this.cluster;
    this.trouble(host, ms);
    simulation.freeze(host);
    this.later(ms, () => simulation.thaw(host));
  }

  private loseStore(node: ModelNode, how: 'cut' | 'silent', ms: number): void {
    this.trouble(node.host, ms);
    node.toStore.state = how;
    this.later(ms, () => (node.toStore.state = 'up'));
  }

  private loseDatabase(node: ModelNode, ms: number): void {
    this.trouble(node.host, ms);
    node.loseDatabase();
    this.later(ms, () => node.heal());
  }

  /** It matters to the leader alone. */
  private loseGuard(node: ModelNode, ms: number): void {
    const leader = this.cluster.alive.find(({ leading }) => leading) ?? node;
    leader.loseGuard();
    this.later(ms, () => leader.heal());
  }

  private goodbye(node: ModelNode, ms: number): void {
    const { parts, host, app } = node;
    this.trouble(host, Infinity);
    void parts.coordinator
      .goodbye()
      .then(() => parts.agent.leave())
      .then(() => {
        app.open = false;
        if (host.state !== 'dead') node.kill();
      });
    this.later(ms + 5_000, () => this.cluster.boot());
  }

  private flush(): void {
    this.rules.storeForgets(0);
    this.cluster.store.flush();
  }

  /** A replica that has not seen the last writes becomes the master. */
  private failOver(within: number): void {
    const { simulation, store } = this.cluster;
    const back = store.snapshot();
    this.cluster.pausedUntil = simulation.time + within;
    this.rules.storeForgets(within);
    this.later(within, back);
  }

  private trouble(host: Host, ms: number): void {
    host.troubledUntil = Math.max(host.troubledUntil, this.cluster.simulation.time + ms + AFTERWARDS);
  }

  private linkOf(node: ModelNode, ms: number) {
    return [node.toStore, node.toDatabase, node.toStore, node.toGuard][ms % 4] ?? node.toStore;
  }

  private later(ms: number, act: () => void): void {
    const { simulation } = this.cluster;
    simulation.after(ms, simulation.world, act);
  }
}

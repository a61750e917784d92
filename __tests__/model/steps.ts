import type { Resolution } from '../../src/shared/domain';
import { isRepeatable } from '../../src/server/core/settlement';
import { Blows } from './blows';
import type { ModelCluster } from './cluster';
import { Manual } from './manual';
import type { ModelNode } from './node';
import { command, operate } from './operating';
import type { Rules } from './rules';
import type { Step, What } from './scenario';
import { Troubles } from './troubles';

/** How often somebody tries who does not take no for an answer, and how long he waits in between, in ms. */
const TRIES = 15;
const PAUSE = 150;
/** Between two looks of somebody who wants to be the first, in ms. */
const GLANCE = 25;
/** The work of somebody who is in a hurry takes so long at most, in ms. */
const HURRY = 800;
/** Of all traffic, for three seconds, with no node left open. */
const BY_HAND = 2;

/** Does what a scenario says: what people and clients ask for; what goes wrong is done by `Troubles`. */
export class Steps {
  /** Operations by what became of them. */
  readonly outcomes: Record<string, number> = {};
  private versions = 1;
  private readonly blows: Blows;
  private readonly troubles: Troubles;
  private readonly manual: Manual;
  private readonly acts: Record<What, (node: ModelNode, step: Step) => void>;

  constructor(
    private readonly cluster: ModelCluster,
    rules: Rules,
  ) {
    this.manual = new Manual(cluster);
    this.blows = new Blows(cluster);
    this.troubles = new Troubles(cluster, this.blows, rules, {
      goOn: (node) => this.insist(node, HURRY),
      resolve: (node, ms, way) => this.resolve(node, ms, way),
      cancel: (node, ms) => this.cancelWithin(node, ms),
      enter: (node) => this.enter(node, BY_HAND),
      readAt: (node) => this.read(node, HURRY),
    });
    this.acts = {
      ...this.troubles.acts,
      operate: (node, { ms }) => void this.operate(node, ms),
      'operate-twice': (_, { ms }) => cluster.servers.forEach((node) => void this.operate(node, ms)),
      'operate-eagerly': (node, { ms }) => void this.insist(node, Math.min(ms, HURRY)),
      command: (_, { ms }) => void (!cluster.isFull && this.command(ms)),
      request: ({ app }, { ms }) => app.request(ms),
      cancel: (node) => this.cancel(node),
      boot: (_, { ms }) => this.boot(ms),
      resolve: (node, { ms }) => void this.resolve(node, ms, ms % 2 === 0 ? 'resume' : 'retry'),
      enter: (node, { ms }) => void this.enter(node, ms),
      exit: (node) => void this.manual.exit(node).then((word) => this.count(word)),
      quiet: (node, { ms }) => void this.read(node, ms),
    };
  }

  perform(step: Step): void {
    const { alive } = this.cluster;
    const node = alive[step.node % Math.max(1, alive.length)];
    this.cluster.tell?.(node?.host.name ?? 'nobody', 'step', step.what, step);
    if (node) this.acts[step.what](node, step);
    else if (step.what === 'boot') this.cluster.boot();
  }

  /** Every third start finds the store cut off at first, and others have to wait long for each answer. */
  private boot(ms: number): void {
    if (this.cluster.isFull) return;
    const node = this.cluster.boot();
    if (ms % 3 === 0) this.blows.loseStore(node, 'cut', ms);
    if (ms % 3 === 1) this.blows.slowDown(node, ms);
  }

  private async operate(node: ModelNode, ms: number): Promise<string> {
    return this.count(await operate(node, ms, this.newDigest()));
  }

  private async command(ms: number): Promise<void> {
    this.count(await command(this.cluster.shell(), ms, this.newDigest()));
  }

  private async insist(node: ModelNode, ms: number): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const word = await this.operate(node, ms);
      if (word === 'done' || word === 'degraded') return;
      await this.cluster.simulation.wait(PAUSE, node.host);
    }
  }

  private async enter(node: ModelNode, ms: number): Promise<void> {
    const { servers } = this.cluster;
    const open = ms % 3 === 0 ? servers[ms % Math.max(1, servers.length)]?.host.name : undefined;
    this.count(await this.manual.enter(node, ms % 2 === 0 ? 'all' : 'writes', 1 + (ms % 4), open));
  }

  private async read(node: ModelNode, ms: number): Promise<void> {
    this.count(await this.manual.quietly(node, ms));
  }

  private newDigest(): string {
    return `v${(this.versions += 1)}`;
  }

  private count(word: string): string {
    this.outcomes[word] = (this.outcomes[word] ?? 0) + 1;
    return word;
  }

  private cancel(node: ModelNode): void {
    const record = this.cluster.store.read();
    if (!record || record.result !== undefined) return;
    void node.parts.resolver.cancel(record.id, 'model').catch(() => undefined);
  }

  private async cancelWithin(node: ModelNode, ms: number): Promise<void> {
    const { simulation } = this.cluster;
    for (const end = simulation.time + ms; simulation.time < end;) {
      this.cancel(node);
      await simulation.wait(GLANCE, node.host);
    }
  }

  /** Looks for so long whether something is held; what has to be repeated is repeated. */
  private async resolve(node: ModelNode, ms: number, wanted: Resolution): Promise<void> {
    const { simulation, store } = this.cluster;
    for (const end = simulation.time + ms; simulation.time < end;) {
      const record = store.read();
      const way = record && isRepeatable(record.kind) ? 'retry' : wanted;
      if (record?.phase === 'held') await node.parts.resolver.resolve(record.id, way, 'model').catch(() => undefined);
      await simulation.wait(PAUSE, node.host);
    }
  }
}

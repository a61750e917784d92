import { describe, expect, it } from 'vitest';
import { ModelCluster } from './cluster';
import { ENV } from './env';
import { Manual } from './manual';
import type { ModelNode } from './node';
import { Random } from './random';
import { Rules } from './rules';
import { Simulation } from './simulation';

const ROUNDS = 1_000;
/** A cluster lives for so many rounds: the rules stop a simulation that goes round in circles. */
const LIFE = 50;
/** Everybody serves again so soon after the last word, in ms; the slowest request of a round is longer. */
const SOON = 1_000;
const LEASE_TTL = Number(ENV.CLUSTER_MAINTENANCE_LEASE_TTL_MS);

/** One cluster without faults, and people who change their minds. */
class People {
  readonly simulation: Simulation;
  readonly cluster: ModelCluster;
  readonly words: Record<string, number> = {};
  private readonly rules: Rules;
  private readonly manual: Manual;
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.simulation = new Simulation(this.random);
    this.cluster = new ModelCluster(this.simulation, {});
    this.rules = new Rules(this.cluster, LEASE_TTL);
    this.manual = new Manual(this.cluster);
    for (let index = 0; index < 3; index += 1) this.cluster.boot();
  }

  /** Lets time pass; false: the condition did not come true. */
  run(ms: number, condition?: () => boolean): Promise<boolean> {
    return this.simulation.run(ms, () => this.rules.check(), condition);
  }

  get allServe(): boolean {
    return this.cluster.atRest && this.cluster.servers.every((node) => node.isBack && node.app.takesWrites);
  }

  get describe(): string {
    const nodes = this.cluster.nodes.map((node) => node.describe()).join('; ');
    return `${JSON.stringify(this.cluster.store.read())} ${nodes}`;
  }

  /** Somebody enters while requests are under way, and up to three times somebody ends or cancels that. */
  async round(): Promise<void> {
    for (let count = this.random.between(0, 3); count > 0; count -= 1)
      this.any().app.request(this.random.between(1, 600));
    const scope = this.random.chance(0.5) ? 'all' : 'writes';
    const open = this.random.chance(0.3) ? this.any().host.name : undefined;
    void this.manual.enter(this.any(), scope, 3_600, open).then((word) => this.count(word));
    for (let count = this.random.between(1, 3); count > 0; count -= 1) {
      await this.run(this.random.between(0, 250));
      if (this.random.chance(0.3)) this.cancel();
      else void this.manual.exit(this.any()).then((word) => this.count(word));
    }
    await this.run(700);
    // Whatever is still there has come too late to be ended before.
    void this.manual.exit(this.any()).then((word) => this.count(word));
  }

  private any(): ModelNode {
    const { servers } = this.cluster;
    const node = servers[Math.floor(this.random.next() * servers.length)];
    if (!node) throw new Error('no node');
    return node;
  }

  private cancel(): void {
    const id = this.cluster.store.read()?.id ?? '';
    void this.any()
      .parts.resolver.cancel(id, 'model')
      .then(({ ok }) => this.count(ok ? 'cancelled' : 'too late'));
  }

  private count(word: string): void {
    this.words[word] = (this.words[word] ?? 0) + 1;
  }
}

describe('people who change their minds', () => {
  it(`never leave a node out of traffic, ${ROUNDS} times in random order`, async () => {
    const words: Record<string, number> = {};
    for (let seed = 0; seed < ROUNDS / LIFE; seed += 1) {
      const people = new People(seed);
      expect(await people.run(20_000, () => people.allServe)).toBe(true);
      for (let round = 0; round < LIFE; round += 1) {
        await people.round();
        const back = await people.run(SOON, () => people.allServe);
        expect(back, `seed ${seed}, round ${round}: ${people.describe}`).toBe(true);
      }
      for (const [word, count] of Object.entries(people.words)) words[word] = (words[word] ?? 0) + count;
    }
    for (const word of ['entered', 'aborted', 'exited', 'cancelled'])
      expect(words[word], word).toBeGreaterThan(ROUNDS / 20);
  }, 180_000);
});

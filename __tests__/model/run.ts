import { isRepeatable } from '../../src/server/core/settlement';
import type { OperationRecord } from '../../src/shared/domain';
import { ModelCluster } from './cluster';
import { NO_FAULTS } from './network';
import { ENV } from './env';
import { Random } from './random';
import { Rules } from './rules';
import type { Scenario } from './scenario';
import { Simulation } from './simulation';
import { Steps } from './steps';
import type { Tell } from './tell';

export interface Report {
  /** Operations by what became of them. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Requests by what became of them. */
  readonly requests: Readonly<Record<string, number>>;
  readonly events: number;
  readonly changes: number;
}

const RATES = { before: 0.02, after: 0.02, slow: 0.02, twice: 0.02, hints: 0.2 };
const LEASE_TTL = Number(ENV.CLUSTER_MAINTENANCE_LEASE_TTL_MS);
/** Everything has to be in order again this long after the last fault, in ms. */
const RECOVERY = LEASE_TTL + 25_000;
/** So often at most something may be held then. */
const TURNS = 3;

/** Runs a scenario and throws a `Violation` if a rule does not hold. */
export class Run {
  readonly simulation: Simulation;
  readonly cluster: ModelCluster;
  private readonly rules: Rules;
  private readonly steps: Steps;

  constructor(
    private readonly scenario: Scenario,
    tell?: Tell,
  ) {
    const { seed, fresh } = scenario;
    this.simulation = new Simulation(new Random(seed));
    this.cluster = new ModelCluster(this.simulation, { fresh, tell });
    this.rules = new Rules(this.cluster, LEASE_TTL);
    this.steps = new Steps(this.cluster, this.rules);
  }

  async execute(): Promise<Report> {
    const rejected = (reason: unknown) => this.rules.leftAlone(reason);
    process.on('unhandledRejection', rejected);
    try {
      await this.perform();
      await this.recover();
    } finally {
      process.off('unhandledRejection', rejected);
    }
    const { simulation, cluster, steps } = this;
    const { requests, changes } = cluster.data;
    return { outcomes: steps.outcomes, requests, events: simulation.steps, changes };
  }

  private async perform(): Promise<void> {
    const { cluster, scenario } = this;
    for (let index = 0; index < scenario.nodes; index += 1) cluster.boot();
    const up = () => cluster.nodes.every((node) => node.serves);
    if (!scenario.fresh) await this.until(20_000, up, 'R6: the first start does not end');
    cluster.setRates(RATES);
    for (const step of scenario.steps) {
      await this.pass(step.after);
      this.steps.perform(step);
    }
    await this.pass(3_000);
  }

  /** Faults end; the cluster must find its way back, with a person only where the record says so. */
  private async recover(): Promise<void> {
    const { cluster } = this;
    this.calmDown();
    if (cluster.servers.length === 0) cluster.boot();
    // Who stood still or was cut off looks first.
    await this.pass(2_000);
    const held = () => cluster.store.read()?.phase === 'held';
    const back = () => cluster.atRest && cluster.alive.every((node) => node.isBack);
    for (let turn = 0; turn < TURNS; turn += 1) {
      await this.until(RECOVERY, () => back() || held(), 'R6: not every node serves in the end');
      const record = cluster.store.read();
      if (record?.phase !== 'held') break;
      await this.resolve(record);
    }
    // Who has just heard of a change that it missed has yet to stop for it.
    await this.pass(1_000);
    await this.until(RECOVERY, back, 'R6: not every node serves in the end');
    for (const { host, app } of cluster.alive) {
      if (app.memory?.digest === cluster.data.digest) continue;
      throw this.rules.violation(`R5: ${host.name} serves ${app.memory?.digest}, not ${cluster.data.digest}`);
    }
  }

  private calmDown(): void {
    const { simulation, cluster } = this;
    cluster.setRates(NO_FAULTS);
    cluster.pausedUntil = 0;
    cluster.guard.onEnter = undefined;
    for (const node of cluster.alive) {
      node.links.calmDown();
      simulation.thaw(node.host);
    }
  }

  private async resolve({ id, kind }: OperationRecord): Promise<void> {
    let answer = 'none';
    const ask = () =>
      this.cluster.servers[0]?.parts.resolver.resolve(id, isRepeatable(kind) ? 'retry' : 'resume', 'model').then(
        (outcome) => (answer = outcome.ok ? 'ok' : outcome.refusal),
        (error: unknown) => (answer = String(error)),
      );
    // A leader that took its place in the guard again finishes first.
    for (let attempt = 0; attempt < 10 && answer !== 'ok'; attempt += 1) {
      void ask();
      const record = this.cluster.store.read();
      if (record?.id !== id || record.result !== undefined) return;
      await this.pass(1_000);
    }
    if (answer !== 'ok') throw this.rules.violation(`R6: the way out of a held operation is refused: ${answer}`);
  }

  private async pass(ms: number): Promise<void> {
    await this.simulation.run(ms, () => this.rules.check());
  }

  private async until(limit: number, condition: () => boolean, otherwise: string): Promise<void> {
    const check = () => this.rules.check();
    if (!(await this.simulation.run(limit, check, condition))) throw this.rules.violation(`${otherwise} (${limit} ms)`);
  }
}

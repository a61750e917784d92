import type { Application, HostLogger } from '@nocobase/server';
import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';
import type { BackgroundPart, Pause, Work } from './part';

type Tick = (...given: unknown[]) => unknown;

/** A job of the package `cron`, as far as it is reached for. */
interface CronJob {
  readonly running?: boolean;
  readonly cronTime?: { readonly source?: unknown };
  _callbacks?: Tick[];
  nextDate(): { toMillis(): number };
  fireOnTick(): void;
}

interface CronManager {
  readonly jobs?: Set<CronJob>;
  readonly started: boolean;
  start(): void;
  stop(): void;
  removeJob?(job: CronJob): void;
}

/** Jobs of `app.cronJobManager`. */
export class CronJobs implements BackgroundPart {
  readonly name = 'cron';
  private readonly watched = new WeakSet<CronJob>();
  private readonly ticks = new Map<symbol, Work>();

  constructor(
    private readonly app: Application,
    private readonly clock: Clock,
    private readonly log: () => HostLogger,
  ) {}

  /** The package tells nobody when a tick has ended. */
  watch(): void {
    for (const job of this.manager.jobs ?? []) {
      if (this.watched.has(job)) continue;
      this.watched.add(job);
      const what = `cron job "${String(job.cronTime?.source ?? '')}"`;
      if (job._callbacks) job._callbacks = job._callbacks.map((tick) => this.watchTick(tick, what));
    }
  }

  pause(): Pause | undefined {
    const manager = this.manager;
    if (!manager.started) return undefined;
    const due = [...(manager.jobs ?? [])]
      .filter((job) => job.running)
      .map((job) => ({ job, at: job.nextDate().toMillis() }));
    manager.stop();
    return {
      undo: () => {
        manager.start();
        due.filter(({ at }) => at <= this.clock.wall()).forEach(({ job }) => job.fireOnTick());
      },
      handOver: () => this.retire(manager),
    };
  }

  running(): readonly Work[] {
    return [...this.ticks.values()];
  }

  private get manager(): CronManager {
    return this.app.cronJobManager as CronManager;
  }

  /** The manager of before a reload still hears the app start, and would run its jobs beside those of the new one. */
  private retire(manager: CronManager): void {
    if (manager === this.manager) return;
    [...(manager.jobs ?? [])].forEach((job) => manager.removeJob?.(job));
  }

  private watchTick(tick: Tick, what: string): Tick {
    const { ticks, clock } = this;
    const log = this.log;
    return function (this: unknown, ...given: unknown[]) {
      const key = Symbol();
      const result = tick.apply(this, given);
      if (!(result instanceof Promise)) return result;
      ticks.set(key, { what, since: clock.wall() });
      return result
        .catch((error: unknown) => log().error(`The ${what} failed: ${sentence(error)}`, { error }))
        .finally(() => ticks.delete(key));
    };
  }
}

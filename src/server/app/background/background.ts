import type { Application } from '@nocobase/server';
import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';
import type { Log } from '../../ports';
import { appLog } from '../app-log';
import { AsyncTasks } from './async-tasks';
import { ScheduledBackups, type ScheduleOfAll } from './backups';
import { CronJobs } from './cron';
import { describeWork, type BackgroundPart, type Pause, type SeenWork, type Work } from './part';
import { QueueConsumers } from './queue';
import { Schedules } from './schedules';
import { WorkflowTimeouts } from './timeouts';
import { RunningWorkflows } from './workflows';

/** How often is looked whether what runs has ended, in milliseconds. */
const LOOK_EVERY = 50;
/** How long one look may take when there is no more time, in milliseconds. */
const LOOK_AT_MOST = 1_000;

/** Every kind of background work, in the order in which it is paused. */
export function hostParts(app: Application, clock: Clock, backups: ScheduleOfAll): readonly BackgroundPart[] {
  const log = appLog(app);
  return [
    new CronJobs(app, clock, log),
    new Schedules(app, clock),
    new ScheduledBackups(app, clock, log, backups),
    new WorkflowTimeouts(app, log),
    new QueueConsumers(app),
    new RunningWorkflows(app, clock),
    new AsyncTasks(app, clock),
  ];
}

/**
 * Work that nobody asked for over HTTP. Paused, none of it begins; what has begun is waited for, and has a name. Each
 * part is paused on the objects of the moment; a reload of the app makes new ones, which the host starts.
 */
export class Background {
  private pauses: { readonly part: string; readonly pause: Pause }[] | undefined;
  private seen: ReadonlyMap<string, SeenWork> = new Map();
  private readonly warned = new Set<string>();

  constructor(
    private readonly parts: readonly BackgroundPart[],
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** What ran when it was looked last, while this node drains. */
  work(): readonly string[] {
    const seen = [...this.seen.values()];
    const named = seen.filter(({ vague }) => !vague);
    return describeWork(named.length > 0 ? named : seen, this.clock.wall());
  }

  /** Resolves when all work that had begun has ended, or when the signal aborts. May be called again. */
  async pause(signal: AbortSignal): Promise<void> {
    this.pauses ??= this.pauseParts();
    // The names are asked from a database that may not answer.
    await Promise.race([this.quiet(signal), this.late(signal)]);
  }

  /** What still runs is left to itself. */
  async abandon(): Promise<void> {
    this.log.warn(`Background work is not waited for any longer: ${this.work().join(', ')}.`);
    await this.eachPart((part) => part.abandon?.());
    this.seen = new Map();
  }

  async resume(): Promise<void> {
    await this.end((pause) => pause.undo());
  }

  /** The app was loaded anew, or for the first time. */
  async loaded(): Promise<void> {
    await this.end((pause) => pause.handOver?.());
    await this.eachPart((part) => part.watch?.());
  }

  private pauseParts(): { readonly part: string; readonly pause: Pause }[] {
    const pauses: { part: string; pause: Pause }[] = [];
    for (const part of this.parts) {
      try {
        const pause = part.pause();
        if (pause) pauses.push({ part: part.name, pause });
      } catch (error) {
        this.complain(part.name, error);
      }
    }
    return pauses;
  }

  private async quiet(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.look();
      if (this.seen.size === 0) break;
      if (signal.aborted) return;
      await this.clock.sleep(LOOK_EVERY, signal);
    }
    await this.eachPart((part) => part.settle?.());
  }

  /** Who asks although it is late wants to know what still runs. */
  private async late(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return this.clock.sleep(LOOK_AT_MOST);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  private async look(): Promise<void> {
    const works: Work[] = [];
    await this.eachPart(async (part) => void works.push(...(await part.running())));
    const now = this.clock.wall();
    const first = (what: string, index: number) => this.seen.get(`${index} ${what}`)?.since ?? now;
    this.seen = new Map(
      works.map((work, index) => {
        const { what, since = first(what, index) } = work;
        return [`${index} ${what}`, { ...work, since }];
      }),
    );
  }

  private async end(act: (pause: Pause) => void | Promise<void>): Promise<void> {
    const pauses = this.pauses ?? [];
    this.pauses = undefined;
    this.seen = new Map();
    for (const { part, pause } of pauses.reverse()) {
      try {
        await act(pause);
      } catch (error) {
        const what = 'could not be taken up again; it starts anew with the next restart';
        this.log.error(`Background work (${part}) ${what}: ${sentence(error)}`, { error });
      }
    }
  }

  private async eachPart(act: (part: BackgroundPart) => unknown): Promise<void> {
    for (const part of this.parts) {
      try {
        await act(part);
      } catch (error) {
        this.complain(part.name, error);
      }
    }
  }

  /** A host that looks different inside is drained without this part rather than not at all. */
  private complain(part: string, error: unknown): void {
    if (this.warned.has(part)) return;
    this.warned.add(part);
    this.log.warn(`This version of NocoBase does not let its ${part} be paused: ${sentence(error)}`, { error });
  }
}

import type { Application } from '@nocobase/server';
import type { Clock } from '../../core/clock';
import type { BackgroundPart, Pause, Work } from './part';

interface Task {
  readonly record?: { readonly type?: string; readonly title?: string | null; readonly startedAt?: Date | null };
}

interface TaskManager {
  readonly tasks?: Map<unknown, Task>;
  cleanupTimer?: NodeJS.Timeout | null;
  readonly cleanup?: () => Promise<void>;
}

/** How often the host removes old tasks, in milliseconds. */
const CLEAN_EVERY = 60_000;

/**
 * Async tasks of the host. New ones come through the queue, so only two things are left: those that run, perhaps in a
 * thread of their own, and a timer that removes old ones from the database.
 */
export class AsyncTasks implements BackgroundPart {
  readonly name = 'async tasks';
  /** The host's timer cannot be started again, so one of our own takes its place until the next reload. */
  private cleaning: AbortController | undefined;

  constructor(
    private readonly app: Application,
    private readonly clock: Clock,
  ) {}

  watch(): void {
    this.stopCleaning();
  }

  pause(): Pause | undefined {
    const manager = this.manager;
    const timer = manager?.cleanupTimer;
    const own = this.stopCleaning();
    if (!manager || (!timer && !own)) return undefined;
    if (timer) clearInterval(timer);
    manager.cleanupTimer = null;
    return { undo: () => void this.clean(manager) };
  }

  running(): readonly Work[] {
    return [...(this.manager?.tasks?.values() ?? [])].map(({ record }) => ({
      what: `async task "${record?.title || record?.type || '?'}"`,
      ...(record?.startedAt ? { since: record.startedAt.getTime() } : {}),
    }));
  }

  private get manager(): TaskManager | undefined {
    return this.app.container?.get('AsyncTaskManager') as TaskManager | undefined;
  }

  private stopCleaning(): boolean {
    const own = this.cleaning;
    this.cleaning = undefined;
    own?.abort();
    return own !== undefined;
  }

  /** Unlike a sleep it does not keep a process alive that is to end. */
  private async untilOne(...signals: AbortSignal[]): Promise<void> {
    await new Promise((resolve) =>
      signals.forEach((signal) => signal.addEventListener('abort', resolve, { once: true })),
    );
  }

  private async clean(manager: TaskManager): Promise<void> {
    const { signal } = (this.cleaning = new AbortController());
    for (;;) {
      await this.untilOne(signal, this.clock.timeout(CLEAN_EVERY));
      if (signal.aborted) return;
      // It catches what goes wrong.
      await manager.cleanup?.();
    }
  }
}

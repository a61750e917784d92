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
  private cleaning = new AbortController();

  constructor(
    private readonly app: Application,
    private readonly clock: Clock,
  ) {}

  pause(): Pause | undefined {
    this.cleaning.abort();
    const manager = this.manager;
    const timer = manager?.cleanupTimer;
    if (!manager || (!timer && !this.ownTimer)) return undefined;
    if (timer) clearInterval(timer);
    manager.cleanupTimer = null;
    return {
      undo: () => void this.clean(manager),
      handOver: () => void (this.ownTimer = false),
    };
  }

  running(): readonly Work[] {
    return [...(this.manager?.tasks?.values() ?? [])].map(({ record }) => ({
      what: `async task "${record?.title || record?.type || '?'}"`,
      ...(record?.startedAt ? { since: record.startedAt.getTime() } : {}),
    }));
  }

  private ownTimer = false;

  private get manager(): TaskManager | undefined {
    return this.app.container?.get('AsyncTaskManager') as TaskManager | undefined;
  }

  private async clean(manager: TaskManager): Promise<void> {
    this.ownTimer = true;
    const { signal } = (this.cleaning = new AbortController());
    for (;;) {
      await this.clock.sleep(CLEAN_EVERY, signal);
      if (signal.aborted || !this.ownTimer) return;
      // It catches what goes wrong.
      await manager.cleanup?.();
    }
  }
}

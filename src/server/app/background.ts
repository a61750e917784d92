import type { Application, HostLogger } from '@nocobase/server';

interface QueueEvent {
  idle(): boolean;
}

/** What is reached for inside the host, because it offers no way to pause (docs/host-notes.md). */
interface QueueInternals {
  events?: Map<string, QueueEvent>;
  adapter?: { readonly processing?: Promise<unknown> | null };
  subscribe(channel: string, event: QueueEvent): void;
}

interface WorkflowInternals {
  enabledCache?: Map<number, { get(field: string): unknown }>;
  triggers?: { get(type: string): { on(workflow: unknown): void; off(workflow: unknown): void } | undefined };
}

/**
 * Work that nobody asked for over HTTP: cron jobs, schedule triggers, queue consumers. Paused, none of them takes
 * anything new, but everything can still be published: what runs may need that to end. Each part is paused on the
 * objects of the moment; a reload of the app throws those away and starts fresh ones, so resuming is per object, too.
 */
export class Background {
  private undo: (() => void)[] = [];

  constructor(
    private readonly app: Application,
    private readonly log: HostLogger,
  ) {}

  /** Resolves when queue work that had begun has ended, or when the signal aborts. */
  async pause(signal: AbortSignal): Promise<void> {
    if (this.undo.length > 0) return;
    this.attempt('cron', () => this.pauseCron());
    this.attempt('schedule triggers', () => this.pauseSchedules());
    this.attempt('queue consumers', () => this.pauseQueue());
    const { processing } = (this.app.eventQueue as QueueInternals).adapter ?? {};
    if (!processing) return;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.race([processing.catch(() => undefined), aborted]);
  }

  resume(): void {
    for (const undo of this.undo.splice(0).reverse()) {
      try {
        undo();
      } catch (error) {
        this.log.error('Background work could not be resumed; it starts again with the next restart.', { error });
      }
    }
  }

  /** The app was reloaded: its new managers were started by the host, the paused ones are gone. */
  forget(): void {
    this.undo = [];
  }

  /** A host that looks different inside is drained without this part rather than not at all. */
  private attempt(part: string, pause: () => void): void {
    try {
      pause();
    } catch (error) {
      this.log.warn(`This version of NocoBase does not let its ${part} be paused.`, { error });
    }
  }

  private pauseCron(): void {
    const cron = this.app.cronJobManager;
    if (!cron.started) return;
    cron.stop();
    this.undo.push(() => cron.start());
  }

  private pauseSchedules(): void {
    const { enabledCache, triggers } = (this.app.pm.get('workflow') ?? {}) as WorkflowInternals;
    const trigger = triggers?.get('schedule');
    if (!trigger || !enabledCache) return;
    const workflows = [...enabledCache.values()].filter((workflow) => workflow.get('type') === 'schedule');
    workflows.forEach((workflow) => trigger.off(workflow));
    this.undo.push(() => workflows.forEach((workflow) => trigger.on(workflow)));
  }

  private pauseQueue(): void {
    const queue = this.app.eventQueue as QueueInternals;
    const replaced: { readonly event: QueueEvent; readonly idle: () => boolean }[] = [];
    const pauseEvent = (event: QueueEvent) => {
      replaced.push({ event, idle: event.idle });
      event.idle = () => false;
    };
    queue.events?.forEach(pauseEvent);
    const subscribe = queue.subscribe;
    queue.subscribe = (channel, event) => {
      pauseEvent(event);
      subscribe.call(queue, channel, event);
    };
    this.undo.push(() => {
      queue.subscribe = subscribe;
      replaced.forEach(({ event, idle }) => (event.idle = idle));
    });
  }
}

import type { Application } from '@nocobase/server';
import { isRescheduled } from './delayed-jobs';
import type { BackgroundPart, Pause, Work } from './part';

interface QueueEvent {
  idle(): boolean;
}

interface Message {
  readonly content?: unknown;
  readonly options?: object;
}

/** The host's own adapter keeps its messages in the memory of the process; others keep them outside. */
interface Adapter {
  readonly reading?: Map<string, readonly unknown[]>;
  readonly queues?: Map<string, Message[]>;
  readonly events?: Map<string, unknown>;
  readonly processing?: Promise<unknown> | null;
  isConnected(): boolean;
  publish(channel: string, content: unknown, options?: object): unknown;
}

interface EventQueue {
  readonly events?: Map<string, QueueEvent>;
  readonly adapter?: Adapter;
  subscribe(channel: string, event: QueueEvent): void;
}

/**
 * Consumers of `app.eventQueue`, whatever adapter it has. They take nothing new, but everything can still be published:
 * what runs may need that to end. A reload of the app forgets the messages in memory, so they are handed over.
 */
export class QueueConsumers implements BackgroundPart {
  readonly name = 'queue consumers';

  constructor(private readonly app: Application) {}

  pause(): Pause | undefined {
    const queue = this.queue;
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
    return {
      undo: () => {
        queue.subscribe = subscribe;
        replaced.forEach(({ event, idle }) => (event.idle = idle));
      },
      handOver: () => this.handOver(queue),
    };
  }

  running(): readonly Work[] {
    const { reading, processing } = this.queue.adapter ?? {};
    if (!reading) return processing ? [{ what: 'a message of the queue', vague: true }] : [];
    return [...reading]
      .filter(([, messages]) => messages.length > 0)
      .map(([channel]) => ({ what: `a message of the queue "${channel}"`, vague: true }));
  }

  private get queue(): EventQueue {
    return this.app.eventQueue as EventQueue;
  }

  /** The queue of before a reload still hears the app start and stop: it must have nothing left that it could do then. */
  private async handOver(before: EventQueue): Promise<void> {
    const now = this.queue;
    const { queues, events } = before.adapter ?? {};
    if (before === now || !queues || !events) return;
    // What closed meanwhile wrote its messages into a file, and the new one has read them.
    const left = before.adapter?.isConnected() ? [...queues] : [];
    queues.clear();
    events.clear();
    before.events?.clear();
    for (const [channel, messages] of left) {
      for (const { content, options } of messages) {
        if (!(await isRescheduled(this.app, content))) await now.adapter?.publish(channel, content, options);
      }
    }
  }
}

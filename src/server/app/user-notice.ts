import { ERROR_CODES, type DrainedNotice } from '../../shared/api';
import type { Clock } from '../core/clock';

export interface UserNoticeDeps {
  /** To every browser whose websocket ends at this node. */
  readonly send: (message: HostMessage) => void;
  /** Milliseconds until this node is expected to serve again; undefined when nobody can know. */
  readonly expected: () => number | undefined;
  readonly clock: Clock;
}

/** What the host's own clients understand: they cover the app, or uncover it. */
export interface HostMessage {
  readonly type: 'maintaining';
  readonly payload: DrainedNotice | { readonly code: 'APP_RUNNING'; readonly message: string };
}

/** What takes less is over before anybody has read it, and requests wait meanwhile. In milliseconds. */
const TOLD_AFTER = 3_000;

/** What is said of a node that takes no work, `expected` milliseconds before it is expected to do so again. */
export function drainedNotice(message: string, expected: number | undefined): DrainedNotice {
  const code = ERROR_CODES.drained;
  return expected === undefined
    ? { code, message }
    : { code, message, expectedInSeconds: Math.ceil(Math.max(0, expected) / 1_000) };
}

/**
 * Tells browsers that their node takes no work for a while, so that nobody has to ask for it, and when that is over. The
 * websocket of a browser stays where it is all along.
 */
export class UserNotice {
  private closing: { readonly message: string; readonly over: AbortController } | undefined;
  private told = false;

  constructor(private readonly deps: UserNoticeDeps) {}

  /** `refuse`: nobody knows when it ends, or it never does, because the process ends. */
  closed(message: string, comers: 'hold' | 'refuse'): void {
    if (this.closing?.message === message) return;
    // Browsers of a process that ends find another one; nothing may keep it from ending.
    if (comers === 'refuse' && !this.closing) return;
    this.closing?.over.abort();
    const closing = { message, over: new AbortController() };
    this.closing = closing;
    if (this.told || comers === 'refuse') return this.tell(message);
    void this.deps.clock.sleep(TOLD_AFTER, closing.over.signal).then(() => {
      if (!closing.over.signal.aborted) this.tell(message);
    });
  }

  /** A few messages and no more: each one makes the host's v1 lane draw everything anew. The browser counts by itself. */
  private tell(message: string): void {
    this.told = true;
    this.deps.send({ type: 'maintaining', payload: drainedNotice(message, this.deps.expected()) });
  }

  opened(): void {
    this.closing?.over.abort();
    this.closing = undefined;
    if (!this.told) return;
    this.told = false;
    this.deps.send({ type: 'maintaining', payload: { code: 'APP_RUNNING', message: '' } });
  }
}

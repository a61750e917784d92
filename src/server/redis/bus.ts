import type { Bus, Log } from '../ports';
import type { RedisConnection } from './connection';
import type { RedisKeys } from './keys';
import type { RedisProblem } from './problems';

const LATER = 'changes are noticed a little later';

/**
 * Hints as messages of Redis' publish/subscribe. A hint of this process reaches its own listeners at once and
 * without Redis; what comes back of it is recognised and dropped.
 */
export class RedisBus implements Bus {
  private readonly listeners = new Set<() => void>();
  private readonly said = new Set<string>();

  /** `self` is random and names this bus in its messages; `connection` may be one that uses this bus. */
  constructor(
    private readonly connection: () => RedisConnection,
    private readonly keys: RedisKeys,
    private readonly self: string,
    private readonly log: Log,
  ) {}

  async hint(): Promise<void> {
    this.deliver();
    const problem = await this.connection().publish(JSON.stringify({ from: this.self }));
    if (problem?.permanent) this.warnOnce(`Hints cannot be sent, ${LATER}: ${problem.sentence}`);
  }

  onHint(listener: () => void): () => void {
    // Wrapped: the same function given twice is two listeners.
    const entry = () => listener();
    this.listeners.add(entry);
    return () => void this.listeners.delete(entry);
  }

  /** Takes a message of the channel. */
  receive(message: string): void {
    const from = senderOf(message);
    if (from === undefined) this.warnOnce(`Something else writes to ${this.keys.hints}: its messages are ignored.`);
    else if (from !== this.self) this.deliver();
  }

  /** The subscription failed. A passing loss is not worth a line: the next report notices what the hint was about. */
  deaf(problem: RedisProblem): void {
    if (problem.permanent) this.warnOnce(`Hints do not arrive, ${LATER}: ${problem.sentence}`);
  }

  close(): void {
    this.listeners.clear();
  }

  private deliver(): void {
    for (const listener of this.listeners) {
      try {
        listener();
      } catch (error) {
        this.log.error('A listener of hints failed.', { error });
      }
    }
  }

  private warnOnce(message: string): void {
    if (this.said.has(message)) return;
    this.said.add(message);
    this.log.warn(message);
  }
}

function senderOf(message: string): string | undefined {
  try {
    const value: unknown = JSON.parse(message);
    if (typeof value === 'object' && value !== null && 'from' in value && typeof value.from === 'string') {
      return value.from;
    }
  } catch {
    // Not of ours.
  }
  return undefined;
}

import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';
import type { AuditRow, AuditRows, Log } from '../../ports';

export type NewAttempt = Omit<AuditRow, 'at'>;

export interface AuditBatchDeps {
  readonly rows: AuditRows;
  readonly clock: Clock;
  readonly log: Log;
  /** The tables of the database are being replaced: one that is made meanwhile would be in the way. */
  readonly isChanging: () => boolean;
}

interface Waiting {
  readonly row: NewAttempt;
  /** By the monotonic clock. */
  readonly since: number;
}

type End = Pick<AuditRow, 'result' | 'operation'>;

/** So long a row waits for others, in milliseconds. */
const PAUSE = 250;
/** Nobody waits longer for the database only because something is to be remembered, in milliseconds. */
const PATIENCE = 2_000;
/** More are not kept in memory while the database must not be written to: they stand in the log. */
const MOST = 1_000;
/** Rows in one statement. */
const TOGETHER = 50;

/**
 * Attempts on their way to the database: those of a quarter of a second are written together, each with its end if that has
 * come meanwhile. What cannot be written is told in the log, which has each of them already.
 */
export class AuditBatch {
  private waiting = new Map<string, Waiting>();
  private ends = new Map<string, End>();
  private writing: Promise<void> = Promise.resolve();
  private awake: Promise<void> | undefined;
  private readonly closing = new AbortController();

  constructor(private readonly deps: AuditBatchDeps) {}

  add(row: NewAttempt): void {
    if (this.waiting.size >= MOST) return this.lost('the database has not taken any for too long');
    this.waiting.set(row.id, { row, since: this.deps.clock.monotonic() });
    this.wake();
  }

  conclude(id: string, end: End): void {
    const there = this.waiting.get(id);
    if (there) this.waiting.set(id, { ...there, row: { ...there.row, ...end } });
    else this.ends.set(id, end);
    this.wake();
  }

  /** Resolves when all that was handed over is stored, known to be lost, or has to wait. Never rejects. */
  flush(): Promise<void> {
    return (this.writing = this.writing.then(() => this.write()));
  }

  /** Nothing waits any more. Never rejects. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.flush();
  }

  private wake(): void {
    this.awake ??= this.writeSoon().finally(() => (this.awake = undefined));
  }

  private async writeSoon(): Promise<void> {
    const { signal } = this.closing;
    do {
      await this.deps.clock.sleep(PAUSE, signal);
      await this.flush();
    } while (this.count > 0 && !signal.aborted);
  }

  private async write(): Promise<void> {
    if (this.count === 0) return;
    if (this.deps.isChanging()) return this.closing.signal.aborted ? this.giveUp() : undefined;
    const [waiting, ends] = [[...this.waiting.values()], [...this.ends]];
    this.forget();
    const { rows, clock } = this.deps;
    const now = clock.monotonic();
    for (let first = 0; first < waiting.length; first += TOGETHER) {
      const some = waiting.slice(first, first + TOGETHER);
      await this.inTime(() => rows.add(some.map(({ row, since }) => ({ ...row, ago: now - since }))));
    }
    for (const [id, { result = '', operation }] of ends) {
      await this.inTime(() => rows.conclude(id, result, operation));
    }
  }

  private giveUp(): void {
    this.lost('this process ends while the database is being replaced');
    this.forget();
  }

  private forget(): void {
    this.waiting = new Map();
    this.ends = new Map();
  }

  private get count(): number {
    return this.waiting.size + this.ends.size;
  }

  private async inTime(write: () => Promise<void>): Promise<void> {
    const { clock } = this.deps;
    const tooLate = new AbortController();
    try {
      const late = clock.sleep(PATIENCE, tooLate.signal).then(() => 'late' as const);
      if ((await Promise.race([write(), late])) === 'late') this.lost('the database does not answer in time');
    } catch (error) {
      this.lost(sentence(error));
    } finally {
      tooLate.abort();
    }
  }

  private lost(why: string): void {
    this.deps.log.error(`audit: not everything could be stored, so that some of it stands in the log alone: ${why}`);
  }
}

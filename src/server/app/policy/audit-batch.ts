import type { Clock } from '../../core/clock';
import { sentence, TablesReplaced } from '../../core/errors';
import type { AuditRow, AuditRows, Log } from '../../ports';

export type NewAttempt = Omit<AuditRow, 'at'>;

export interface AuditBatchDeps {
  readonly rows: AuditRows;
  readonly clock: Clock;
  readonly log: Log;
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
    else this.ends.set(id, { ...this.ends.get(id), ...end });
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
    const { waiting, ends } = this;
    this.forget();
    try {
      await this.writeRows(waiting);
      await this.writeEnds(ends);
    } catch {
      this.takeBack(waiting, ends);
    }
  }

  private async writeRows(waiting: Map<string, Waiting>): Promise<void> {
    const { rows, clock } = this.deps;
    while (waiting.size > 0) {
      const some = [...waiting.values()].slice(0, TOGETHER);
      const now = clock.monotonic();
      await this.inTime(() => rows.add(some.map(({ row, since }) => ({ ...row, ago: now - since }))));
      some.forEach(({ row }) => waiting.delete(row.id));
    }
  }

  private async writeEnds(ends: Map<string, End>): Promise<void> {
    for (const [id, { result = '', operation }] of [...ends]) {
      await this.inTime(() => this.deps.rows.conclude(id, result, operation));
      ends.delete(id);
    }
  }

  /** A restore is itself something that was tried: its end comes while the tables are being replaced. */
  private takeBack(waiting: Map<string, Waiting>, ends: Map<string, End>): void {
    if (this.closing.signal.aborted) return this.lost('this process ends while a restore replaces the tables');
    this.waiting = new Map([...waiting, ...this.waiting]);
    this.ends = new Map([...ends, ...this.ends]);
  }

  private forget(): void {
    this.waiting = new Map();
    this.ends = new Map();
  }

  private get count(): number {
    return this.waiting.size + this.ends.size;
  }

  /** Rejects only with `TablesReplaced`. */
  private async inTime(write: () => Promise<void>): Promise<void> {
    const { clock } = this.deps;
    const tooLate = new AbortController();
    try {
      const late = clock.sleep(PATIENCE, tooLate.signal).then(() => 'late' as const);
      if ((await Promise.race([write(), late])) === 'late') this.lost('the database does not answer in time');
    } catch (error) {
      if (error instanceof TablesReplaced) throw error;
      this.lost(sentence(error));
    } finally {
      tooLate.abort();
    }
  }

  private lost(why: string): void {
    this.deps.log.error(`audit: not everything could be stored, so that some of it stands in the log alone: ${why}`);
  }
}

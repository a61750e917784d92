import type { OperationKind, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { isOver } from '../core/node-machine';
import type { Ledger } from '../ports';

/** So many operations of the past are looked at. */
const LOOK_BACK = 50;
/** What an operation takes of whose kind there was none yet, in milliseconds. */
const UNKNOWN = 10_000;
/** One that takes longer than usual: so much of its usual time more, at least `SOON`. */
const OVERDUE = 0.25;
const SOON = 1_000;
/** A held operation waits for a person, who needs some time, in milliseconds. */
const PERSON = 30_000;
/** Nobody is asked to wait longer, in milliseconds. */
const LONGEST = 120_000;

/** How long the operation that is under way will still take, by what others of its kind took before. */
export class Forecast {
  private readonly usual = new Map<OperationKind, number>();
  private current: { readonly id: string; readonly kind: OperationKind; readonly seenAt: number } | undefined;
  private held = false;

  constructor(
    private readonly ledger: Pick<Ledger, 'history'>,
    private readonly clock: Clock,
    /** Milliseconds until a manual maintenance ends at the latest; undefined when there is none. */
    private readonly limit: () => number | undefined = () => undefined,
  ) {}

  /** To be told of every sight of the record. */
  observe(record: OperationRecord | undefined): void {
    const running = record && !isOver(record) ? record : undefined;
    this.held = running?.phase === 'held';
    if (running?.id === this.current?.id) return;
    // By this machine's own clock, which those of others need not agree with.
    this.current = running && { id: running.id, kind: running.kind, seenAt: this.clock.monotonic() };
    if (running) void this.learn(running.kind);
  }

  /** Milliseconds until this node can be expected to serve again. */
  remaining(): number {
    if (this.held) return PERSON;
    const limit = this.limit();
    if (limit !== undefined) return Math.max(SOON, Math.min(limit, PERSON));
    if (!this.current) return SOON;
    const { kind, seenAt } = this.current;
    const usual = this.usual.get(kind) ?? UNKNOWN;
    const left = usual - (this.clock.monotonic() - seenAt);
    return Math.min(left > 0 ? left : Math.max(SOON, usual * OVERDUE), LONGEST);
  }

  /**
   * The same for people, of a manual maintenance at the latest: 0 when it takes longer than usual and may end at any moment; undefined when nobody can know,
   * because there was none of this kind yet, or a person has to decide.
   */
  expected(): number | undefined {
    const limit = this.limit();
    if (limit !== undefined) return limit;
    const usual = this.current && !this.held ? this.usual.get(this.current.kind) : undefined;
    if (!this.current || usual === undefined) return undefined;
    return Math.max(0, Math.min(usual - (this.clock.monotonic() - this.current.seenAt), LONGEST));
  }

  /** Without it the last guess stays: a database that is silent now is no reason for an error. */
  private async learn(kind: OperationKind): Promise<void> {
    const median = await this.usualOf(kind);
    if (median !== undefined) this.usual.set(kind, median);
  }

  /** What operations of this kind took before, in milliseconds; undefined when there was none, or nobody can say. */
  async usualOf(kind: OperationKind): Promise<number | undefined> {
    const past = await this.ledger.history(LOOK_BACK).catch(() => []);
    const durations = past
      .filter((record) => record.kind === kind && (record.result === 'done' || record.result === 'degraded'))
      .map(({ startedAt, endedAt = NaN }) => endedAt - startedAt)
      .filter((duration) => duration > 0)
      .sort((a, b) => a - b);
    return durations[Math.floor(durations.length / 2)];
  }
}

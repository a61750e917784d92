import type { NodeReport, OperationRecord } from '../../shared/domain';
import type { Sight } from '../cluster/heartbeat';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import { isOver } from '../core/node-machine';
import { further } from '../core/settlement';
import { isManual } from '../core/standing';
import type { Coordination, Ledger } from '../ports';

/** How often the database is asked while the store knows no operation, in milliseconds. */
const ASK_AGAIN = 2_000;

/**
 * Where a node looks for the record, and answers: in the store, or in the database when that cannot be reached. A store
 * that forgot an unfinished operation is told it again, so that nobody serves or leads because Redis was emptied.
 */
export class Lookout {
  private askedAt = -Infinity;
  /** What the database said last. */
  private stored: OperationRecord | undefined;
  private newest = 0;
  private blind = false;
  private told: OperationRecord | undefined;
  /** A single node has asked the database what was before its start. */
  private remembers = false;

  constructor(
    private readonly coordination: Coordination,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly nodeTtl: number,
  ) {}

  /** The record as the store itself told it last; to be settled there when its leader is gone. */
  get inStore(): OperationRecord | undefined {
    return this.told;
  }

  /** True when the last look went to the database, because the store could not be reached. */
  get withoutStore(): boolean {
    return this.blind;
  }

  /**
   * Reports and looks. Rejects with the store's problem when neither can be reached. `thorough`: the database is asked,
   * too, because what hangs on it is whether this node may take traffic.
   */
  async look(report: NodeReport, thorough = false): Promise<Sight> {
    try {
      const { record } = await this.coordination.state.report(report, this.nodeTtl);
      this.blind = false;
      this.told = record;
      return { record: await this.remember(record, thorough) };
    } catch (error) {
      this.blind = true;
      const record = await this.lookInDatabase(report).catch(() => 'silent' as const);
      if (record === 'silent') throw error;
      return { record, problem: sentence(error) };
    }
  }

  /**
   * Gives the store what it forgot; to be awaited before the lease is asked for. Resolves with the epoch of the newest
   * operation that the store has to know: it may forget that before it is asked.
   */
  async remind(): Promise<number> {
    if (this.coordination.mode === 'single') return 0;
    const last = await this.ledger.latest();
    const known = last && (await this.coordination.state.read());
    if (last && (known?.epoch ?? 0) < last.epoch) await this.coordination.state.restore(last);
    return last?.epoch ?? 0;
  }

  /** The report is written before the record is read: a leader writes and reads the other way round. */
  private async lookInDatabase(report: NodeReport): Promise<OperationRecord | undefined> {
    // A short process leads or fails; a single node has nobody to look for.
    if (report.role === 'command' || this.coordination.mode === 'single') throw new Error('The store is silent.');
    await this.ledger.report(report);
    return (await this.acknowledged(report)) ?? this.ledger.latest();
  }

  /**
   * The operation that this node takes no traffic for, as long as it goes on: one with a higher epoch may be that of a
   * node that never came to lead, because the store forgot its lease.
   */
  private async acknowledged({ phase, epoch }: NodeReport): Promise<OperationRecord | undefined> {
    if (phase !== 'draining' && phase !== 'drained') return undefined;
    const [operation] = await this.ledger.history(1, epoch + 1);
    return operation?.epoch === epoch && !isOver(operation) ? operation : undefined;
  }

  /** The store may have forgotten an operation, or gone back to one before: then the database knows better. */
  private async remember(record: OperationRecord | undefined, thorough: boolean): Promise<OperationRecord | undefined> {
    if (this.coordination.mode === 'single') return record ?? this.afterRestart();
    const epoch = record?.epoch ?? 0;
    const forgotten = record === undefined || epoch < this.newest;
    this.newest = Math.max(this.newest, epoch);
    // A database that knows no operation either is not asked all the time.
    if (thorough || (forgotten && (this.stored !== undefined || this.isTime()))) await this.askDatabase();
    const { stored } = this;
    if (record && stored?.id === record.id) return further(record, stored);
    if (!stored || stored.epoch <= epoch) return record;
    await this.coordination.state.restore(stored).catch(() => undefined);
    return stored;
  }

  /** The store of a single node ends with its process; work by hand goes on when that is started anew. */
  private async afterRestart(): Promise<OperationRecord | undefined> {
    if (this.remembers) return undefined;
    const last = await this.ledger.latest().catch(() => 'silent' as const);
    this.remembers = last !== 'silent';
    if (last === 'silent' || !last || !isManual(last)) return undefined;
    return (await this.coordination.state.restore(last)) === 'written' ? last : undefined;
  }

  private async askDatabase(): Promise<void> {
    this.askedAt = this.clock.monotonic();
    this.stored = await this.ledger.latest().catch(() => this.stored);
    this.newest = Math.max(this.newest, this.stored?.epoch ?? 0);
  }

  private isTime(): boolean {
    return this.clock.monotonic() - this.askedAt >= ASK_AGAIN;
  }
}

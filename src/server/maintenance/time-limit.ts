import type { OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { isOver } from '../core/node-machine';
import { isManual } from '../core/standing';
import type { Ledger } from '../ports';
import type { ManualEnd } from './manual-end';

export interface TimeLimitDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ending: ManualEnd;
}

interface Watched {
  readonly id: string;
  /** By the monotonic clock; undefined until the database has said how old the maintenance is. */
  deadline: number | undefined;
  askAt: number;
}

/** How often the database is asked whether it knows more than the store, in milliseconds. */
const ASK_AGAIN = 3_000;

/**
 * Ends a manual maintenance at its time limit: on every node, whoever began it, because that one may be gone. The clock of
 * the database says once how old it is, so that it does not matter how many nodes were started since, and when.
 */
export class TimeLimit {
  private watched: Watched | undefined;
  private busy = false;

  constructor(private readonly deps: TimeLimitDeps) {}

  /** Milliseconds until the maintenance that this node sees ends by itself. */
  left(): number | undefined {
    const deadline = this.watched?.deadline;
    return deadline === undefined ? undefined : Math.max(0, deadline - this.deps.clock.monotonic());
  }

  /** To be told of every sight of the record. */
  observe(record: OperationRecord | undefined): void {
    if (!record || !isManual(record)) {
      this.watched = undefined;
      return;
    }
    if (this.watched?.id !== record.id) this.watched = { id: record.id, deadline: undefined, askAt: 0 };
    if (!this.busy) void this.look(record, this.watched);
  }

  private async look(record: OperationRecord, watched: Watched): Promise<void> {
    const { clock } = this.deps;
    this.busy = true;
    try {
      if (clock.monotonic() >= watched.askAt) await this.ask(record, watched);
      if (watched.deadline !== undefined && clock.monotonic() >= watched.deadline) await this.reached(record);
    } catch {
      // Whoever is silent now is asked again at the next sight.
    } finally {
      this.busy = false;
    }
  }

  private async ask(record: OperationRecord, watched: Watched): Promise<void> {
    const { ledger, clock, ending } = this.deps;
    const now = clock.monotonic();
    watched.askAt = now + ASK_AGAIN;
    const stored = await ledger.find(record.id);
    // The database was told of the end, and the store could not be.
    if (stored && isOver(stored)) return void (await ending.end(record, ''));
    const age = await ledger.age(record.id);
    // The work by hand has replaced the tables: a node without the store would not see it, and nobody its age.
    if (age === undefined) await ledger.write(record);
    watched.deadline ??= now - (age ?? 0) + limitOf(record);
  }

  private async reached(record: OperationRecord): Promise<void> {
    const reason = `Its time limit of ${limitOf(record) / 1000} s was reached.`;
    await this.deps.ending.end(record, reason).catch(() => this.deps.ending.endInDatabase(record, reason));
  }
}

function limitOf({ maintenance }: OperationRecord): number {
  return (maintenance?.expiresInSeconds ?? 0) * 1000;
}

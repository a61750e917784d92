import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../core/clock';
import type { SealedRow, SealedRows, Span } from '../../ports';

export interface Kept {
  readonly id: string;
  readonly state: string;
}

/** A record together with the row that it was read from: what replaces it names that row. */
export interface Seen<T> {
  readonly record: T;
  readonly row: SealedRow;
}

export interface SealDeps {
  readonly rows: SealedRows;
  readonly clock: Clock;
  /** Equal on all nodes of the app. */
  readonly secret: () => Promise<string>;
  /** What the records are: a row of one table is worth nothing in another one. */
  readonly what: string;
}

/**
 * Records in the database that allow something. Whoever can write there (a collection over the same table, SQL by hand) has no
 * key, so what was written around the plugin is not there for it. Each record is sealed anew with every change.
 */
export class SealedRecords<T extends Kept> {
  private ownKey: Promise<Buffer> | undefined;

  constructor(private readonly deps: SealDeps) {}

  /** Milliseconds since 1970 by the clock of the database. */
  now(): Promise<number> {
    return this.deps.rows.now();
  }

  async add(record: T, at: number): Promise<void> {
    await this.deps.rows.add(await this.sealed(record, at));
  }

  /** What is old goes. Where there was no table, there is one afterwards. */
  tidy(): Promise<void> {
    return this.deps.rows.tidy();
  }

  async find(id: string): Promise<Seen<T> | undefined> {
    const row = await this.deps.rows.find(id);
    return row && this.open(row);
  }

  /** Newest first. */
  async list(limit: number, states?: readonly T['state'][]): Promise<readonly Seen<T>[]> {
    const rows = await this.deps.rows.list(limit, states);
    const all = await Promise.all(rows.map((row) => this.open(row)));
    return all.filter((seen) => seen !== undefined);
  }

  /** See `SealedRows.replace`. */
  async replace({ row }: Seen<T>, next: T, span?: Span): Promise<boolean> {
    return this.deps.rows.replace(row, await this.sealed(next, row.at), span);
  }

  /** With every change another text: two that write the same at the same moment do not take each other's for their own. */
  private async sealed(record: T, at: number): Promise<SealedRow> {
    const text = JSON.stringify({ change: this.deps.clock.newId(), record });
    const { id, state } = record;
    return { id, state, at, record: text, seal: await this.macOf({ id, state, at, record: text }) };
  }

  private async open(row: SealedRow): Promise<Seen<T> | undefined> {
    const expected = Buffer.from(await this.macOf(row));
    const seal = Buffer.from(row.seal);
    if (seal.length !== expected.length || !timingSafeEqual(seal, expected)) return undefined;
    return { record: (JSON.parse(row.record) as { record: T }).record, row };
  }

  private async macOf({ id, state, at, record }: Omit<SealedRow, 'seal'>): Promise<string> {
    return createHmac('sha256', await this.key())
      .update(JSON.stringify([id, state, at, record]))
      .digest('hex');
  }

  private key(): Promise<Buffer> {
    const { secret, what } = this.deps;
    const make = async () =>
      createHmac('sha256', await secret())
        .update(`cluster-maintenance ${what}`)
        .digest();
    const key = (this.ownKey ??= make());
    key.catch(() => (this.ownKey = undefined));
    return key;
  }
}

import type { Fingerprint } from '../../shared/domain';
import type { OwnTables } from './tables';

const ROW = 'operation';

export interface StoredState {
  readonly epoch: number;
  readonly fingerprint: Fingerprint | undefined;
  /** Tables that were there before an installation that has not ended; undefined when none runs. */
  readonly installing: readonly string[] | undefined;
}

/**
 * The row that says what was done to the database last. Only who is inside the guard writes it. Of a row that was loaded
 * from a dump, epoch and fingerprint stay true (they describe what came with it); that an installation runs does not.
 */
export class StateRow {
  private readonly table: string;
  private readonly mark: string;
  /** SQL: what the row says of an installation, as far as it can be believed. */
  private readonly installing: string;

  constructor(private readonly tables: OwnTables) {
    this.table = tables.name('state');
    this.mark = tables.mark('state');
    this.installing = `CASE WHEN ${tables.isGenuine('state')} THEN installing END`;
  }

  async read(): Promise<StoredState | undefined> {
    const [row] = await this.tables.read(
      `SELECT epoch, fingerprint, ${this.installing} AS installing FROM ${this.table} WHERE id = $1`,
      [ROW],
    );
    return (
      row && {
        epoch: Number(row.epoch),
        fingerprint: parse(row.fingerprint, isFingerprint),
        installing: parse(row.installing, isNames),
      }
    );
  }

  /** Stores the epoch if it is higher; returns the one that was stored before. */
  async raise(epoch: number): Promise<number> {
    const before = (await this.read())?.epoch;
    if (before === undefined) {
      await this.tables.write(`INSERT INTO ${this.table} (id, epoch, mark) VALUES ($1, $2, ${this.mark})`, [
        ROW,
        epoch,
      ]);
    } else if (before < epoch) {
      // A process that lost the guard without knowing must not take back what another one has stored since.
      await this.change('epoch = $2', 'epoch < $2', epoch);
    }
    return before ?? 0;
  }

  async store(fingerprint: Fingerprint): Promise<void> {
    await this.change('fingerprint = $2, installing = NULL', undefined, JSON.stringify(fingerprint));
  }

  async rememberInstall(before: readonly string[]): Promise<void> {
    await this.change('installing = $2', undefined, JSON.stringify(before));
  }

  /** Each change writes the mark anew, so it must first drop what the old one does not vouch for. */
  private async change(change: string, condition: string | undefined, value: unknown): Promise<void> {
    const installing = change.includes('installing') ? '' : `installing = ${this.installing}, `;
    const where = condition ? ` AND ${condition}` : '';
    await this.tables.write(
      `UPDATE ${this.table} SET ${installing}${change}, mark = ${this.mark} WHERE id = $1${where}`,
      [ROW, value],
    );
  }
}

/** What cannot be read is unknown: the next start looks again, and no table is dropped for it. */
function parse<T>(text: unknown, fits: (value: unknown) => value is T): T | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return fits(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFingerprint(value: unknown): value is Fingerprint {
  if (typeof value !== 'object' || value === null) return false;
  return 'digest' in value && typeof value.digest === 'string' && 'core' in value && 'plugins' in value;
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

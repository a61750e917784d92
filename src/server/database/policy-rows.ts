import { digest, type Dialect } from './dialect';
import { dialectOf } from './dialects';
import type { Clock } from '../core/clock';
import type { PolicyStore, StoredPolicy } from '../ports';
import type { SqlDatabase, SqlRow } from './sql';
import { OwnTables } from './tables';

const DOCUMENT = 'policy';
const SECRET = 'secret';

/** The policy on PostgreSQL and MySQL/MariaDB. */
export class PolicyRows implements PolicyStore {
  private readonly tables: OwnTables;
  private readonly policy: string;
  private readonly genuine: string;
  private readonly mark: string;

  constructor(
    database: SqlDatabase,
    private readonly dialect: Dialect,
    private readonly clock: Clock,
  ) {
    this.tables = new OwnTables(database, dialect);
    this.policy = this.tables.name('policy');
    this.genuine = this.tables.isGenuine('policy');
    this.mark = this.tables.mark('policy');
  }

  async read(): Promise<StoredPolicy | undefined> {
    const row = await this.row(DOCUMENT);
    return (
      row && {
        document: String(row.document),
        revision: Number(row.revision),
        writtenBy: String(row.written_by),
        writtenAt: Number(row.written_at),
      }
    );
  }

  async write(next: StoredPolicy): Promise<'written' | 'moved'> {
    const claim = this.clock.newId();
    if (next.revision === 1) await this.insert(DOCUMENT, next, claim);
    else await this.replace(next, claim);
    return (await this.row(DOCUMENT))?.claim === claim ? 'written' : 'moved';
  }

  async secret(offer: string): Promise<string> {
    const known = await this.row(SECRET);
    if (known) return String(known.document);
    const row = { document: offer, revision: 1, writtenBy: '', writtenAt: this.clock.wall() };
    await this.insert(SECRET, row, this.clock.newId());
    const stored = await this.row(SECRET);
    if (!stored) throw new Error('The database did not keep the secret of this cluster.');
    return String(stored.document);
  }

  /**
   * An INSERT that fails would tell who is second just as well, but as an error in the log of the database: an
   * administrator looks there for what has gone wrong.
   */
  async useOnce(id: string, ms: number): Promise<boolean> {
    const claim = this.clock.newId();
    const { dialect, tables } = this;
    const key = keyOf(id);
    const values = `VALUES ($1, $2, ${dialect.now}) ${dialect.keepExisting('claim')}`;
    await tables.write(`INSERT INTO ${tables.name('tokens')} (id, claim, written_at) ${values}`, [key, claim]);
    const [row] = await tables.read(`SELECT claim FROM ${tables.name('tokens')} WHERE id = $1`, [key]);
    await this.forget('tokens', ms);
    return row?.claim === claim;
  }

  async keep(id: string, text: string, ms: number): Promise<void> {
    const { dialect, tables } = this;
    const values = `VALUES ($1, $2, ${dialect.now}) ${dialect.keepExisting('request')}`;
    await tables.write(`INSERT INTO ${tables.name('refused')} (id, request, written_at) ${values}`, [keyOf(id), text]);
    await this.forget('refused', ms);
  }

  async kept(id: string): Promise<string | undefined> {
    const table = this.tables.name('refused');
    const [row] = await this.tables.read(`SELECT request FROM ${table} WHERE id = $1`, [keyOf(id)]);
    return row && String(row.request);
  }

  private async row(id: string): Promise<SqlRow | undefined> {
    const [row] = await this.tables.read(
      `SELECT document, revision, written_by, written_at, claim FROM ${this.policy} WHERE id = $1 AND ${this.genuine}`,
      [id],
    );
    return row;
  }

  /** Into the place of a row that came with a dump, but never of one that was written here. */
  private async insert(id: string, { document, revision, writtenBy, writtenAt }: StoredPolicy, claim: string) {
    await this.tables.write(`DELETE FROM ${this.policy} WHERE id = $1 AND NOT (${this.genuine})`, [id]);
    await this.tables.write(
      `INSERT INTO ${this.policy} (id, document, revision, written_by, written_at, claim, mark)
       VALUES ($1, $2, $3, $4, $5, $6, ${this.mark}) ${this.dialect.keepExisting('claim')}`,
      [id, document, revision, writtenBy, writtenAt, claim],
    );
  }

  private async replace({ document, revision, writtenBy, writtenAt }: StoredPolicy, claim: string): Promise<void> {
    await this.tables.write(
      `UPDATE ${this.policy} SET document = $2, revision = $3, written_by = $4, written_at = $5, claim = $6,
         mark = ${this.mark} WHERE id = $1 AND revision = $7 AND ${this.genuine}`,
      [DOCUMENT, document, revision, writtenBy, writtenAt, claim, revision - 1],
    );
  }

  private async forget(table: 'tokens' | 'refused', ms: number): Promise<void> {
    const age = this.dialect.age('written_at');
    await this.tables.write(`DELETE FROM ${this.tables.name(table)} WHERE ${age} > $1`, [ms]);
  }
}

/** Of a length that the column takes, whatever it is made of. */
function keyOf(id: string): string {
  return digest(id).toString('hex');
}

/** Undefined: see `dialectOf`. */
export function createPolicyStore(database: SqlDatabase, clock: Clock): PolicyStore | undefined {
  const dialect = dialectOf(database.dialect);
  return dialect && new PolicyRows(database, dialect, clock);
}

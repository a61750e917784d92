import type { Clock } from '../core/clock';
import type { OwnTables } from './tables';

/** How many of the newest epochs are kept: one would do, but for clients that look at the wrong moment. */
const KEPT = 20;
/** How often another process may be quicker, in a row, until something else must be wrong. */
const ATTEMPTS = 50;

/**
 * Gives every operation a number of its own, also when Redis lost its counter: two operations of one epoch would take
 * each other's acknowledgements for their own.
 */
export class Epochs {
  private readonly table: string;

  constructor(
    private readonly tables: OwnTables,
    private readonly clock: Clock,
  ) {
    this.table = tables.name('epochs');
  }

  /** Never given out before, higher than `above` and than every epoch that the database knows of. */
  async next(above: number): Promise<number> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const epoch = Math.max(above, await this.highest()) + 1;
      // Whoever comes second looks again.
      if (!(await this.claim(epoch))) continue;
      await this.tables.write(`DELETE FROM ${this.table} WHERE epoch < $1`, [epoch - KEPT]);
      return epoch;
    }
    throw new Error(`The database gave no epoch to this node: others were quicker ${ATTEMPTS} times in a row.`);
  }

  /**
   * An INSERT that fails would tell who is second just as well, but as an error in the log of the database: an
   * administrator looks there for two nodes that change the same thing.
   */
  private async claim(epoch: number): Promise<boolean> {
    const claim = this.clock.newId();
    const insert = `INSERT INTO ${this.table} (epoch, claim) VALUES ($1, $2) ${this.tables.dialect.keepExisting('epoch')}`;
    await this.tables.write(insert, [epoch, claim]);
    const [row] = await this.tables.read(`SELECT claim FROM ${this.table} WHERE epoch = $1`, [epoch]);
    return row?.claim === claim;
  }

  private async highest(): Promise<number> {
    const known = await Promise.all(
      (['epochs', 'operations', 'state'] as const).map(async (table) => {
        const [row] = await this.tables.read(`SELECT MAX(epoch) AS epoch FROM ${this.tables.name(table)}`);
        return Number(row?.epoch ?? 0);
      }),
    );
    return Math.max(...known);
  }
}

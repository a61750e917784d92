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

  constructor(private readonly tables: OwnTables) {
    this.table = tables.name('epochs');
  }

  /** Never given out before, higher than `above` and than every epoch that the database knows of. */
  async next(above: number): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const epoch = Math.max(above, await this.highest()) + 1;
      try {
        await this.tables.write(`INSERT INTO ${this.table} (epoch) VALUES ($1)`, [epoch]);
        await this.tables.write(`DELETE FROM ${this.table} WHERE epoch < $1`, [epoch - KEPT]);
        return epoch;
      } catch (error) {
        // The key is unique: whoever comes second looks again.
        if (attempt >= ATTEMPTS || (await this.highest()) < epoch) throw error;
      }
    }
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

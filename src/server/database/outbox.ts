import type { Delivery, DeliveryState, News } from '../../shared/news';
import { insertOf } from './dialect';
import { dialectOf } from './dialects';
import type { SqlDatabase, SqlRow } from './sql';
import { OwnTables } from './tables';

/** Sent ones are kept for so long, in milliseconds: who sees the same again must not tell it again. */
const KEPT = 7 * 86_400_000;
const SHOWN = 100;

export interface PendingDelivery extends Delivery {
  /** Milliseconds since the last attempt, or since it was put there, by the clock of the database. */
  readonly idleFor: number;
}

/** News that is on its way. Shared by all nodes: a piece is put in once, whoever sees it, and taken by one of them. */
export class Outbox {
  private readonly table: string;
  private readonly insert: string;
  /** A row from a dump is not sent; with every change a new mark. */
  private readonly touched: string;

  constructor(private readonly tables: OwnTables) {
    const { dialect } = tables;
    this.table = tables.name('outbox');
    this.touched = `touched_at = ${dialect.now}, mark = ${tables.mark('outbox')}`;
    const values = {
      id: '$1',
      epoch: '$4',
      target: '$2',
      news: '$3',
      state: `'pending'`,
      attempts: '0',
      problem: `''`,
      claim: `''`,
      mark: tables.mark('outbox'),
      touched_at: dialect.now,
    };
    this.insert = `${insertOf({ table: this.table, key: 'id', values, update: [] })} ${dialect.keepExisting('id')}`;
  }

  async put(news: News, target: Delivery['target']): Promise<void> {
    await this.tables.write(this.insert, [
      `${news.id}>${target}`,
      target,
      JSON.stringify(news),
      news.operation?.epoch ?? 0,
    ]);
  }

  async pending(): Promise<readonly PendingDelivery[]> {
    const age = this.tables.dialect.age('touched_at');
    const rows = await this.tables.read(
      `SELECT id, target, news, state, attempts, problem, ${age} AS idle FROM ${this.table}
       WHERE state = 'pending' AND ${this.tables.isGenuine('outbox')}`,
    );
    return rows.map((row) => ({ ...deliveryOf(row), idleFor: Math.max(0, Number(row.idle)) }));
  }

  /** Takes an attempt, which counts even if this process ends in it. False: another node was quicker. */
  async claim({ id, attempts }: Delivery, claim: string): Promise<boolean> {
    await this.tables.write(
      `UPDATE ${this.table} SET claim = $1, attempts = attempts + 1, ${this.touched}
       WHERE id = $2 AND attempts = $3 AND state = 'pending'`,
      [claim, id, attempts],
    );
    const rows = await this.tables.read(`SELECT id FROM ${this.table} WHERE id = $1 AND claim = $2`, [id, claim]);
    return rows.length > 0;
  }

  async conclude(id: string, state: DeliveryState, problem: string): Promise<void> {
    await this.tables.write(`UPDATE ${this.table} SET state = $1, problem = $2, ${this.touched} WHERE id = $3`, [
      state,
      problem,
      id,
    ]);
  }

  async list(state: DeliveryState): Promise<readonly Delivery[]> {
    const rows = await this.tables.read(
      `SELECT id, target, news, state, attempts, problem FROM ${this.table} WHERE state = $1
       ORDER BY touched_at DESC LIMIT ${SHOWN}`,
      [state],
    );
    return rows.map(deliveryOf);
  }

  /** A dead one is tried again from the start. False: there is none of that name. */
  async revive(id: string): Promise<boolean> {
    const dead = await this.tables.read(`SELECT id FROM ${this.table} WHERE id = $1 AND state = 'dead'`, [id]);
    await this.tables.write(
      `UPDATE ${this.table} SET state = 'pending', attempts = 0, ${this.touched} WHERE id = $1 AND state = 'dead'`,
      [id],
    );
    return dead.length > 0;
  }

  async forgetOld(): Promise<void> {
    const age = this.tables.dialect.age('touched_at');
    await this.tables.write(`DELETE FROM ${this.table} WHERE state <> 'pending' AND ${age} > ${KEPT}`);
  }
}

/** Undefined for databases whose rows nodes cannot share. */
export function createOutbox(database: SqlDatabase): Outbox | undefined {
  const dialect = dialectOf(database.dialect);
  return dialect && new Outbox(new OwnTables(database, dialect));
}

function deliveryOf(row: SqlRow): Delivery {
  return {
    id: String(row.id),
    target: row.target === 'channel' ? 'channel' : 'webhook',
    news: JSON.parse(String(row.news)) as News,
    state: row.state === 'sent' || row.state === 'dead' ? row.state : 'pending',
    attempts: Number(row.attempts),
    problem: String(row.problem),
  };
}

import type { Redis } from 'ioredis';
import type { Client, QueryResultRow } from 'pg';
import type { JournalEntry, OperationRecord } from '../../src/shared/domain';
import type { Names } from './names';

/** Redis and PostgreSQL as they are, past nodes and proxies. */
export interface Sources {
  readonly control: Redis;
  readonly sql: Client;
  readonly names: Names;
}

/** The newest operation that Redis or the database knows: what has got further counts, because either may be behind. */
export async function newestRecord(sources: Sources): Promise<OperationRecord | undefined> {
  const known = await Promise.all([recordInRedis(sources), recordInDatabase(sources)]);
  return known.filter((record) => record !== undefined).sort((a, b) => b.epoch - a.epoch || stage(b) - stage(a))[0];
}

/** Undefined also while Redis cannot be asked. */
export async function recordInRedis({ control, names }: Sources): Promise<OperationRecord | undefined> {
  const [epoch, json] = await control.hmget(names.keys.operation, 'epoch', 'record').catch(() => []);
  return json ? { ...(JSON.parse(json) as OperationRecord), epoch: Number(epoch) } : undefined;
}

export async function recordInDatabase({ sql }: Sources): Promise<OperationRecord | undefined> {
  const rows = await select<{ record: string }>(sql, `SELECT record FROM cluster_maintenance_operations ${NEWEST}`);
  return rows[0] && (JSON.parse(rows[0].record) as OperationRecord);
}

const NEWEST = 'ORDER BY epoch DESC LIMIT 1';
const LINES = `SELECT json_build_object('operation', operation, 'epoch', epoch, 'seq', seq, 'at', at, 'event', event,
  'text', text, 'node', json_build_object('bootId', boot_id, 'name', node)) AS entry
  FROM cluster_maintenance_journal WHERE operation = $1`;

/** What both keep of an operation's story, each line once, by time. */
export async function journalOf({ control, sql, names }: Sources, operationId: string): Promise<JournalEntry[]> {
  const told = await control.xrange(names.keys.journal, '-', '+').catch(() => []);
  const lines = told.map(([, fields]) => JSON.parse(fields.at(-1) ?? '{}') as JournalEntry);
  const kept = await select<{ entry: JournalEntry }>(sql, LINES, [operationId]);
  const own = [...lines.filter(({ operation }) => operation === operationId), ...kept.map(({ entry }) => entry)];
  const once = new Map(own.map((entry) => [`${entry.node.bootId} ${entry.seq}`, entry]));
  return [...once.values()].sort((a, b) => a.at - b.at || a.seq - b.seq);
}

export function epochOf(record: OperationRecord | undefined): number {
  return record?.epoch ?? 0;
}

function stage({ result, phase }: OperationRecord): number {
  return result !== undefined ? 2 : phase === 'held' ? 1 : 0;
}

/** The plugin makes its tables when it first has something to write. */
async function select<T extends QueryResultRow>(sql: Client, text: string, params: unknown[] = []): Promise<T[]> {
  const missing = (error: { code?: string }) => {
    if (error.code === '42P01') return { rows: [] as T[] };
    throw error as Error;
  };
  return (await sql.query<T>(text, params).catch(missing)).rows;
}

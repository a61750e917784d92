import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../../tools/cluster/redis';
import type { RedisCoordination } from '../../src/server/redis';
import { redisKeys } from '../../src/server/redis/keys';
import { lineOf } from '../contract/coordination-samples';
import { coordinationOf, NAMESPACE, rejection } from './support';

const DAY = 24 * 60 * 60 * 1000;
const OPERATION = 'operation of a';
const { journal } = redisKeys(NAMESPACE);
let server: RedisServer;
let a: RedisCoordination;

beforeAll(async () => {
  server = await startRedis();
});
beforeEach(async () => {
  await server.cli('flushall');
  a = coordinationOf(server.url);
  await a.open();
});
afterEach(() => a.close());
afterAll(() => server?.stop());

/** Fills the journal as `append` does, quickly. */
async function fill(lines: number): Promise<void> {
  const line = JSON.stringify(lineOf('a', 0)).replace('"seq":0', '"seq":%d');
  const script = `for seq = 1, ${lines} do
    redis.call('XADD', KEYS[1], '*', 'operation', ARGV[1], 'line', string.format(ARGV[2], seq))
  end`;
  await server.cli('eval', script, '1', journal, OPERATION, line);
}

describe('the journal in Redis', () => {
  it('keeps about the newest ten thousand lines', async () => {
    await fill(12_000);
    await a.journal.append(lineOf('b', 1));
    const kept = Number(await server.cli('xlen', journal));
    expect(kept).toBeGreaterThanOrEqual(10_000);
    expect(kept).toBeLessThan(10_500);
    const lines = await a.journal.read(OPERATION);
    expect(lines).toHaveLength(kept);
    expect(lines.at(-1)).toEqual(lineOf('b', 1));
    expect(lines.at(-2)?.seq).toBe(12_000);
  });

  it('goes by itself a week after its last line', async () => {
    await a.journal.append(lineOf('a', 1));
    await server.cli('pexpire', journal, '5000');
    await a.journal.append(lineOf('a', 2));
    const left = Number(await server.cli('pttl', journal));
    expect(left).toBeGreaterThan(7 * DAY - 60_000);
    expect(left).toBeLessThanOrEqual(7 * DAY);
  });

  it('skips what is no line, and shows the rest', async () => {
    const add = (...fields: string[]) => server.cli('xadd', journal, '*', ...fields);
    const of = (changes: object) => JSON.stringify({ ...lineOf('x', 9), ...changes });
    await a.journal.append(lineOf('a', 1));
    await add('operation', OPERATION);
    await add('operation', OPERATION, 'line', '{"operation":');
    await add('operation', OPERATION, 'line', '[1]');
    await add('operation', OPERATION, 'line', of({ event: 'work.danced' }));
    await add('operation', OPERATION, 'line', of({ node: 'x' }));
    await add('operation', OPERATION, 'line', of({ seq: 1.5 }));
    await add('operation', OPERATION, 'line', of({ operation: 'another' }));
    await add('something', 'else');
    await a.journal.append(lineOf('a', 2));
    expect(await a.journal.read(OPERATION)).toEqual([lineOf('a', 1), lineOf('a', 2)]);
    expect(a.problem()).toBeUndefined();
  });

  it('under a key of another type is an error that says so, and nothing else suffers from it', async () => {
    await server.cli('set', journal, 'x');
    expect((await rejection(a.journal.append(lineOf('a', 1)))).message).toMatch(/another program uses the same/);
    expect((await rejection(a.journal.read(OPERATION))).message).toMatch(/another program uses the same/);
    expect(await a.state.read()).toBeUndefined();
    expect(a.problem()).toBeUndefined();
  });

  it('is read in short commands when it is long, and no line is lost between them', async () => {
    await fill(2_999);
    await server.cli('config', 'resetstat');
    for (const lines of [2_999, 3_000, 3_001]) {
      const read = await a.journal.read(OPERATION);
      expect(read.map(({ seq }) => seq)).toEqual(Array.from({ length: lines }, (_, index) => index + 1));
      await a.journal.append(lineOf('a', lines + 1));
    }
    expect(await server.cli('info', 'commandstats')).toMatch(/cmdstat_xrange:calls=11,/);
  });
});

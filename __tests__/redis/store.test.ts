import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../../tools/cluster/redis';
import type { RedisCoordination } from '../../src/server/redis';
import { redisKeys } from '../../src/server/redis/keys';
import {
  ask,
  draftOf,
  ended,
  eventually,
  heldOf,
  lineOf,
  LONG,
  reportOf,
  take,
} from '../contract/coordination-samples';
import { coordinationOf, NAMESPACE, recordedLog, rejection } from './support';

const keys = redisKeys(NAMESPACE);
let server: RedisServer;
let a: RedisCoordination;
const log = recordedLog();

beforeAll(async () => {
  server = await startRedis();
});
beforeEach(async () => {
  await server.cli('flushall');
  a = coordinationOf(server.url, {}, log);
  await a.open();
});
afterEach(() => a.close());
afterAll(() => server?.stop());

/** Commands that Redis executed for clients, without those inside scripts. */
async function calls(): Promise<number> {
  const stats = await server.cli('info', 'commandstats');
  const count = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  return count('evalsha') + count('eval');
}

describe('the keys', () => {
  it('share one hash slot and keep apps apart', () => {
    expect(Object.values(redisKeys('main'))).toEqual(
      ['lease', 'epoch', 'operation', 'nodes', 'seen', 'journal', 'hints'].map(
        (name) => `cluster-maintenance:{main}:${name}`,
      ),
    );
    expect(redisKeys('a}b').lease).toBe('cluster-maintenance:{a_b}:lease');
    expect(redisKeys('').lease).toBe('cluster-maintenance:{_}:lease');
  });

  it('are the only ones that are written', async () => {
    const { token, record } = await take(a, 'a');
    await a.state.report(reportOf('a'), LONG);
    await a.lease.renew(token, LONG);
    await a.journal.append(lineOf('a', 1));
    await a.state.cancel(record.id, 'Olga');
    await a.state.commit(token, { ...record, changed: true });
    expect((await server.cli('keys', '*')).split('\n').sort()).toEqual(
      [keys.epoch, keys.journal, keys.lease, keys.nodes, keys.operation, keys.seen].sort(),
    );
    await a.state.finish(token, ended(record));
    expect(await server.cli('exists', keys.lease)).toBe('0');
  });

  it('give the lease away by themselves when its holder is gone', async () => {
    await take(a, 'a', { ttl: 12_345 });
    const left = Number(await server.cli('pttl', keys.lease));
    expect(left).toBeGreaterThan(10_000);
    expect(left).toBeLessThanOrEqual(12_345);
  });
});

describe('the cost', () => {
  it('is one command per report, also for many', async () => {
    await a.state.report(reportOf('a'), LONG);
    const before = await calls();
    for (let round = 0; round < 20; round += 1) await a.state.report(reportOf('a'), LONG);
    expect((await calls()) - before).toBe(20);
  });

  it('does not grow with nodes that are gone', async () => {
    for (let round = 0; round < 20; round += 1) await a.state.report(reportOf(`gone ${round}`), 1);
    await eventually('a later report removes the expired ones', async () => {
      await a.state.report(reportOf('a'), LONG);
      return (await server.cli('hlen', keys.nodes)) === '1' && (await server.cli('zcard', keys.seen)) === '1';
    });
  });
});

describe('scripts', () => {
  it('are sent again when Redis forgot them', async () => {
    await a.state.report(reportOf('a'), LONG);
    await server.cli('script', 'flush');
    const { token, record } = await take(a, 'a');
    await server.cli('script', 'flush');
    expect(await a.lease.renew(token, LONG)).toBe('renewed');
    expect(await a.state.report(reportOf('a'), LONG)).toEqual({ record });
  });

  it('never give an epoch out twice when Redis evicted the counter', async () => {
    const { token, record } = await take(a, 'a', { above: 10 });
    await a.state.finish(token, ended(record));
    await server.cli('del', keys.epoch);
    expect((await take(a, 'a')).record.epoch).toBeGreaterThan(record.epoch);
  });

  it('never give out the epoch of a restored record again when Redis evicted that', async () => {
    const record = { ...ended({ ...draftOf('a'), epoch: 41 }) };
    await a.state.restore(record);
    await server.cli('del', keys.operation);
    expect((await take(a, 'a')).record.epoch).toBeGreaterThan(41);
  });

  it('never count back when an old record is restored', async () => {
    await server.cli('set', keys.epoch, '50');
    expect(await a.state.restore({ ...ended({ ...draftOf('a'), epoch: 9 }) })).toBe('written');
    expect((await take(a, 'a')).record.epoch).toBeGreaterThan(50);
  });

  it('have lost the lease when only the record of the next operation was evicted', async () => {
    const old = await take(a, 'a');
    await a.lease.release(old.token);
    await server.cli('del', keys.operation);
    const next = heldOf(await ask(a, 'b'));
    await a.lease.release(next.token);
    await server.cli('del', keys.operation);
    expect(await a.lease.renew(old.token, LONG)).toBe('lost');
  });
});

describe('a record of the version before', () => {
  /** It had neither attempts nor a look back nor requests to cancel, and no field for the id. */
  const leave = async (changes: object) => {
    const { attempt: _, lastChange: _none, ...old } = { ...draftOf('a'), ...changes };
    const over = 'result' in changes ? '1' : '0';
    const fields = ['epoch', '3', 'phase', old.phase, 'over', over, 'record', JSON.stringify(old)];
    await server.cli('hset', keys.operation, ...fields);
  };

  it('counts as the first attempt, and knows of no change before', async () => {
    await leave({});
    expect(await a.state.read()).toEqual({ ...draftOf('a'), epoch: 3 });
    expect(await a.state.report(reportOf('a'), LONG)).toEqual({ record: { ...draftOf('a'), epoch: 3 } });
  });

  it('cannot be cancelled: its leader would not know', async () => {
    await leave({});
    expect(await a.state.cancel(draftOf('a').id, 'Olga')).toBe('gone');
    expect((await a.state.read())?.cancelledBy).toBeUndefined();
  });

  it('makes room for the next operation', async () => {
    await leave({ result: 'done' });
    const { record } = await take(a, 'b');
    expect(record.epoch).toBe(4);
    expect(await a.state.cancel(record.id, 'Olga')).toBe('requested');
  });
});

describe('something unreadable in Redis', () => {
  it.each([
    ['broken JSON', '{"id":'],
    ['no object', '[1,2]'],
    ['an unknown phase', JSON.stringify({ ...draftOf('a'), phase: 'dancing' })],
    ['a missing leader', JSON.stringify({ ...draftOf('a'), leader: undefined })],
    ['an attempt that is no number', JSON.stringify({ ...draftOf('a'), attempt: 'first' })],
  ])('in the record (%s) is an error that names the key', async (_, json) => {
    await take(a, 'a');
    await server.cli('hset', keys.operation, 'record', json);
    const message = new RegExp(`unreadable in cluster-maintenance:{contract}:operation \\(.+ of the operation\\): use`);
    expect((await rejection(a.state.read())).message).toMatch(message);
    expect((await rejection(a.state.report(reportOf('a'), LONG))).message).toMatch(message);
    expect((await rejection(ask(a, 'b'))).message).toMatch(message);
    expect(a.problem()).toBeUndefined();
  });

  it('in the field of the last change is an error, too', async () => {
    await take(a, 'a');
    await server.cli('hset', keys.operation, 'lastChange', 'yesterday');
    expect((await rejection(a.state.read())).message).toMatch(/unreadable in .*lastChange of the operation/);
  });

  it('in the epoch of the record is an error, too', async () => {
    await take(a, 'a');
    await server.cli('hset', keys.operation, 'epoch', 'many');
    expect((await rejection(a.state.read())).message).toMatch(/:operation \(epoch of the operation\)/);
  });

  it.each([
    ['no report at all', 'x'],
    ['no JSON', '1 99999999999999 x'],
    ['an unknown phase', `1 99999999999999 ${JSON.stringify({ ...reportOf('x'), phase: 'dancing' })}`],
  ])('in the roster (%s) is an error: a node that cannot be read may still be writing', async (_, value) => {
    await server.cli('hset', keys.nodes, 'x', value);
    expect((await rejection(a.state.roster())).message).toMatch(/unreadable in cluster-maintenance:{contract}:nodes/);
  });

  it('under a key of another type is an error that says so', async () => {
    await server.cli('set', keys.operation, 'x');
    expect((await rejection(a.state.report(reportOf('a'), LONG))).message).toMatch(/another program uses the same/);
    await server.cli('del', keys.operation);
    await a.state.report(reportOf('a'), LONG);
  });
});

describe('hints through Redis', () => {
  it('of somebody else are dropped, and said once', async () => {
    let heard = 0;
    a.bus.onHint(() => (heard += 1));
    await eventually('the subscription is there', async () => (await server.cli('publish', keys.hints, '{}')) === '1');
    for (const message of ['', 'null', '{"from":7}', '[]', '\ufffd']) await server.cli('publish', keys.hints, message);
    await server.cli('publish', keys.hints, '{"from":"another node"}');
    await eventually('the only good one arrives', () => heard > 0);
    expect(heard).toBe(1);
    expect(log.lines.filter((line) => line.includes('Something else writes to'))).toHaveLength(1);
  });

  it('of this process are heard once, by itself and by others', async () => {
    const said = recordedLog();
    const b = coordinationOf(server.url, {}, said);
    await b.open();
    await eventually('both subscriptions are there', async () =>
      (await server.cli('pubsub', 'numsub', keys.hints)).endsWith('2'),
    );
    const heard = { a: 0, b: 0 };
    a.bus.onHint(() => (heard.a += 1));
    b.bus.onHint(() => (heard.b += 1));
    await b.bus.hint();
    // Messages arrive in order, so whatever comes back of the hint comes before this one.
    await server.cli('publish', keys.hints, 'the end');
    await eventually('everything has arrived', () => said.lines.length > 0 && heard.a > 0);
    expect(heard).toEqual({ a: 1, b: 1 });
    await b.close();
  });

  it('that may not be subscribed leave everything else usable, and say so once', async () => {
    await server.cli('acl', 'setuser', 'deaf', 'on', '>pw', '+@all', '~*', 'resetchannels');
    const said = recordedLog();
    const deaf = coordinationOf(`redis://deaf:pw@127.0.0.1:${server.port}`, {}, said);
    await deaf.open();
    await eventually('it is said', () => said.lines.some((line) => /Hints do not arrive.*&cluster/.test(line)));
    await deaf.bus.hint();
    await deaf.state.report(reportOf('deaf'), LONG);
    expect(deaf.problem()).toBeUndefined();
    expect(said.lines.filter((line) => line.startsWith('Hints do not arrive'))).toHaveLength(1);
    expect(said.lines.filter((line) => line.startsWith('Hints cannot be sent'))).toHaveLength(1);
    await deaf.close();
  });

  it('survive a listener that fails', async () => {
    let heard = 0;
    a.bus.onHint(() => {
      throw new Error('not today');
    });
    a.bus.onHint(() => (heard += 1));
    await a.bus.hint();
    expect(heard).toBe(1);
    expect(log.lines).toContain('A listener of hints failed.');
  });
});

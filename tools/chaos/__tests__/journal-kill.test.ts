import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/shared/domain';
import { startRedis, until, type RedisServer } from '../../cluster';
import { followJournal, type JournalFollower } from '../journal-kill';

describe('who follows the journal', () => {
  let redis: RedisServer;
  let writer: Redis;
  let follower: JournalFollower;

  beforeEach(async () => {
    redis = await startRedis();
    writer = new Redis(redis.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    writer.on('error', () => undefined);
    follower = followJournal(redis.url, 'journal');
  });
  afterEach(async () => {
    follower.stop();
    writer.disconnect();
    await redis.stop();
  });

  it('learns of a line in the moment in which it is written', async () => {
    await write(1);
    await seen(1);
    const delays: number[] = [];
    for (let seq = 2; seq <= 21; seq += 1) {
      const coming = follower
        .next((entry) => entry.seq === seq, new AbortController().signal)
        .then(() => performance.now());
      const sent = performance.now();
      void write(seq);
      delays.push((await coming) - sent);
    }
    // The way there and back; a busy machine may be late now and then.
    expect(delays.sort((a, b) => a - b)[10]).toBeLessThan(5);
  });

  it('sees a line once that was written twice, and goes on after Redis was emptied or lost', async () => {
    await write(1);
    await write(1);
    await seen(1);
    await redis.cli('flushall');
    await write(2);
    await seen(2);
    await redis.restartEmpty();
    await write(3);
    await seen(3);
    expect(follower.seen.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('forgets a wish that nobody waits for any more', async () => {
    const over = new AbortController();
    let granted = false;
    void follower.next(() => true, over.signal).then(() => (granted = true));
    over.abort();
    await write(1);
    await seen(1);
    expect(granted).toBe(false);
  });

  function write(seq: number): Promise<unknown> {
    const node = { bootId: 'a', name: 'node1' };
    const entry: JournalEntry = { operation: 'op', epoch: 1, node, seq, at: 0, event: 'work.step', text: '' };
    return writer.xadd('journal', '*', 'operation', 'op', 'line', JSON.stringify(entry));
  }

  function seen(count: number): Promise<unknown> {
    return until(
      () => follower.seen.length === count,
      5_000,
      () => `${follower.seen.length} lines were seen instead of ${count}.`,
    );
  }
});

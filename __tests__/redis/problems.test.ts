import { describe, expect, it } from 'vitest';
import { explain } from '../../src/server/redis/problems';
import type { RedisTarget } from '../../src/server/redis/url';

const TARGET: RedisTarget = {
  kind: 'single',
  tls: false,
  hosts: [{ host: 'r', port: 6379 }],
  db: 0,
  username: 'alice',
  password: 's3cret',
};

// What real servers say on these occasions; the others are provoked in refusals.test.ts.
describe('an error of Redis becomes a sentence that says what to do', () => {
  it.each([
    ['LOADING Redis is loading the dataset in memory', /still loading its data: wait/],
    ["OOM command not allowed when used memory > 'maxmemory'. script: 0123, on @user_script:17.", /raise "maxmemory"/],
    ['MISCONF Redis is configured to save RDB snapshots, but it cannot', /refuses to write \(MISCONF.*\): repair it/],
    ['NOREPLICAS Not enough good replicas to write.', /refuses to write \(NOREPLICAS/],
    ['CLUSTERDOWN The cluster is down', /Redis Cluster of Redis at r:6379 is down/],
    ['Too many Cluster redirections. Last error: ReplyError: CLUSTERDOWN Hash slot not served', /is down: look at/],
    [
      "@user_script: 9: -READONLY You can't write against a read only replica.",
      /is a read-only replica: let the Redis URL point to the primary/,
    ],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', /another program uses the same database/],
    ['ERR max number of clients reached', /cannot be used \(ERR max number of clients reached\): look at its own log/],
    ['ERR invalid password', /rejects the user name or password/],
    ['Connection is closed.', /closed the connection: check that it runs, and use rediss:/],
  ])('%s', (message, expected) => {
    const { sentence } = explain(new Error(message), TARGET, 500);
    expect(sentence).toMatch(expected);
    expect(sentence).toContain('r:6379');
    expect(sentence).toMatch(/^[^\n]+\.$/);
  });

  it('knows errors by their code when the message is empty', () => {
    const error = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
    expect(explain(error, TARGET, 500).sentence).toMatch(/refuses connections/);
  });

  it('looks for the reason behind a Redis Cluster of which no node answers', () => {
    const error = Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: new Error('NOAUTH x') });
    expect(explain(error, TARGET, 500).sentence).toMatch(/asks for a password/);
  });

  it('never repeats a secret, also when the server does', () => {
    const echo = new Error("ERR unknown command 'auth', with args beginning with: 'alice' 's3cret' 'hush'");
    const target = { ...TARGET, sentinelPassword: 'hush' };
    const { sentence } = explain(echo, target, 500);
    expect(sentence).not.toMatch(/s3cret|hush/);
    expect(sentence).toContain('***');
    expect(explain(echo, { ...TARGET, password: '' }, 500).sentence).toContain('unknown command');
  });

  it('gives up the connection only where a new one may help', () => {
    const reconnects = (message: string) => explain(new Error(message), TARGET, 500).reconnect;
    expect(['Command timed out', 'READONLY x', 'read ECONNRESET'].map(reconnects)).toEqual([true, true, true]);
    expect(['OOM command not allowed', 'WRONGTYPE x', 'NOPERM x'].map(reconnects)).toEqual([false, false, false]);
  });
});

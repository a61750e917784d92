import { describe, expect, it } from 'vitest';
import { addressOf, parseRedisUrl } from '../../src/server/redis/url';

function target(url: string) {
  const outcome = parseRedisUrl(url);
  if (!outcome.ok) throw new Error(outcome.problem);
  return outcome.target;
}

describe('a Redis URL', () => {
  it.each([
    ['redis://localhost', { kind: 'single', tls: false, hosts: [{ host: 'localhost', port: 6379 }], db: 0 }],
    [' redis://r.internal:6380/2 ', { kind: 'single', tls: false, hosts: [{ host: 'r.internal', port: 6380 }], db: 2 }],
    ['redis://r/?db=4', { kind: 'single', tls: false, hosts: [{ host: 'r', port: 6379 }], db: 4 }],
    ['rediss://[::1]:7000/', { kind: 'single', tls: true, hosts: [{ host: '::1', port: 7000 }], db: 0 }],
    ['REDIS://:@10.0.0.1', { kind: 'single', tls: false, hosts: [{ host: '10.0.0.1', port: 6379 }], db: 0 }],
  ])('names one server: %s', (url, expected) => {
    expect(target(url)).toEqual(expected);
  });

  it.each([
    ['redis://alice:secret@r', { username: 'alice', password: 'secret' }],
    ['redis://:secret@r', { password: 'secret' }],
    ['redis://alice:@r', { username: 'alice', password: '' }],
    ['redis://co%3Aord:p%40ss%2Fw%25rd%3A%3F%23@r', { username: 'co:ord', password: 'p@ss/w%rd:?#' }],
    ['redis://alice:with:colon@r', { username: 'alice', password: 'with:colon' }],
  ])('carries user and password: %s', (url, expected) => {
    expect(target(url)).toMatchObject(expected);
  });

  it('names Sentinels, their master and their own password', () => {
    expect(target('rediss+sentinel://u:p@h1,h2:26380/mymaster?db=3&sentinelUsername=s&sentinelPassword=a%2Bb')).toEqual(
      {
        kind: 'sentinel',
        tls: true,
        hosts: [
          { host: 'h1', port: 26379 },
          { host: 'h2', port: 26380 },
        ],
        username: 'u',
        password: 'p',
        db: 3,
        master: 'mymaster',
        sentinelUsername: 's',
        sentinelPassword: 'a+b',
      },
    );
  });

  it('names nodes of a Redis Cluster', () => {
    const { kind, hosts, db } = target('redis+cluster://h1:7000,[2001:db8::1]:7001');
    expect({ kind, hosts, db }).toEqual({
      kind: 'cluster',
      hosts: [
        { host: 'h1', port: 7000 },
        { host: '2001:db8::1', port: 7001 },
      ],
      db: 0,
    });
  });

  it('is shown without user and password', () => {
    expect(addressOf(target('redis+cluster://u:p@h1:7000,[::1]:7001'))).toBe('h1:7000, [::1]:7001');
  });
});

describe('a URL that cannot be used', () => {
  it.each([
    ['', /another form/],
    ['redis', /another form/],
    ['localhost:6379', /another form/],
    ['http://localhost:6379', /another form/],
    ['redis+unix:///tmp/redis.sock', /another form/],
    ['redis://:s3cret@', /host is not of the form/],
    ['redis://:s3cret@:6379', /host is not of the form/],
    ['redis://:s3cret@r:0', /host is not of the form/],
    ['redis://:s3cret@r:65536', /host is not of the form/],
    ['redis://:s3cret@r:port', /host is not of the form/],
    ['redis://:s3cret/more@r:6379', /host is not of the form.*percent-encoded/],
    ['redis://:s3cret?more@r:6379', /host is not of the form.*percent-encoded/],
    ['redis://:s3cret#more@r:6379', /another form/],
    ['redis://u:s3cret%@r', /percent sign/],
    ['redis://s3cret@r', /names a user without a password/],
    ['redis://:s3cret@r/x', /database is not a number/],
    ['redis://:s3cret@r/1/2', /database is not a number/],
    ['redis://:s3cret@r/-1', /database is not a number/],
    ['redis://:s3cret@r?db=', /database is not a number/],
    ['redis://:s3cret@r?insecure=true', /takes only db, sentinelUsername, sentinelPassword/],
    ['redis://:s3cret@r?sentinelPassword=s3cret', /belongs to redis\+sentinel/],
    ['redis://:s3cret@a,b', /several hosts/],
    ['redis+sentinel://:s3cret@a,b', /does not name the master/],
    ['redis+sentinel://:s3cret@a,,b/m', /host number 2/],
    ['redis+cluster://:s3cret@a,b:x', /host number 2/],
    ['redis+cluster://:s3cret@a?db=1', /no database but 0/],
  ])('%s: one sentence that says why, without any of its text', (url, why) => {
    const outcome = parseRedisUrl(url);
    expect(outcome.ok).toBe(false);
    const problem = outcome.ok ? '' : outcome.problem;
    expect(problem).toMatch(why);
    expect(problem).toMatch(/^The Redis URL is not usable: [^\n]+\.$/);
    expect(problem).not.toContain('s3cret');
  });
});

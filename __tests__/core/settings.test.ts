import { describe, expect, it } from 'vitest';
import { readSettings, type SettingsOutcome } from '../../src/server/core/settings';

function read(env: Record<string, string>): SettingsOutcome {
  return readSettings({ env, bootId: 'b00t', hostname: 'web-1', namespace: 'main' });
}

function problems(env: Record<string, string>): readonly string[] {
  const outcome = read(env);
  return outcome.ok ? [] : outcome.problems;
}

describe('settings of an empty environment', () => {
  const { settings, ok } = read({});

  it('are usable: single-node mode, switched on, reload in-process', () => {
    expect(ok).toBe(true);
    expect(settings).toMatchObject({ enabled: true, redisUrl: undefined, reload: 'in-process', namespace: 'main' });
  });

  it('have the promised timings', () => {
    expect(settings.timings).toMatchObject({ leaseTtl: 15_000, leaseRenew: 5_000, leaseGiveUp: 10_000 });
    expect(settings.timings.drainDeadline).toBe(30_000);
    expect(settings.timings.commandTimeout).toBeLessThan(10_000);
  });
});

describe('the name of a node', () => {
  it.each([
    [{}, 'web-1'],
    [{ APP_PORT: '13000' }, 'web-1:13000'],
    [{ APP_PORT: '13000', NODE_APP_INSTANCE: '2' }, 'web-1:13000#2'],
    [{ CLUSTER_MAINTENANCE_NODE_NAME: ' blue ', APP_PORT: '13000' }, 'blue'],
    [{ CLUSTER_MAINTENANCE_NODE_NAME: '  ', APP_PORT: '13000' }, 'web-1:13000'],
  ])('from %j is %s, and never its identity', (env, name) => {
    expect(read(env).settings.node).toEqual({ bootId: 'b00t', name });
  });
});

describe('the Redis URL', () => {
  it.each([
    [{ REDIS_URL: 'redis://a' }, 'redis://a'],
    [{ REDIS_URL: 'redis://a', CLUSTER_MAINTENANCE_REDIS_URL: 'redis://b' }, 'redis://b'],
    [{ REDIS_URL: 'redis://a', CLUSTER_MAINTENANCE_REDIS_URL: '' }, 'redis://a'],
    [{ REDIS_URL: '' }, undefined],
  ])('from %j is %s', (env, url) => {
    expect(read(env).settings.redisUrl).toBe(url);
  });
});

describe('the token of the metrics', () => {
  it.each([
    [{}, undefined],
    [{ CLUSTER_MAINTENANCE_METRICS_TOKEN: ' ' }, undefined],
    [{ CLUSTER_MAINTENANCE_METRICS_TOKEN: ' s3cret ' }, 's3cret'],
  ])('from %j is %s', (env, token) => {
    expect(read(env).settings.metricsToken).toBe(token);
  });
});

describe('what is done about background work that runs', () => {
  it.each([
    ['', 'wait'],
    ['wait', 'wait'],
    [' abort ', 'abort'],
    ['go-on', 'go-on'],
  ])('%j', (text, background) => {
    const outcome = read({ CLUSTER_MAINTENANCE_BACKGROUND: text });
    expect(outcome.ok).toBe(true);
    expect(outcome.settings.background).toBe(background);
  });

  it('is nothing that is misspelt, in one sentence', () => {
    expect(problems({ CLUSTER_MAINTENANCE_BACKGROUND: 'goon' })).toEqual([
      'CLUSTER_MAINTENANCE_BACKGROUND is "goon": it takes "wait", "abort" or "go-on".',
    ]);
  });
});

describe('the switch', () => {
  it.each([
    ['off', false],
    [' OFF ', false],
    ['on', true],
    ['', true],
  ])('%j', (text, enabled) => {
    const outcome = read({ CLUSTER_MAINTENANCE: text });
    expect(outcome.ok).toBe(true);
    expect(outcome.settings.enabled).toBe(enabled);
  });

  it('refuses other words with one sentence', () => {
    expect(problems({ CLUSTER_MAINTENANCE: 'false' })).toEqual([expect.stringContaining('it takes "off"')]);
  });
});

describe('the way to reload', () => {
  it('is in-process or exit', () => {
    expect(read({ CLUSTER_MAINTENANCE_RELOAD: 'exit' }).settings.reload).toBe('exit');
    expect(problems({ CLUSTER_MAINTENANCE_RELOAD: 'restart' })).toEqual([
      expect.stringContaining('"in-process" or "exit"'),
    ]);
  });
});

describe('the handover of requests that wait', () => {
  it('is off, because without a balancer users would see the refusal, and can be switched on', () => {
    expect(read({}).settings.holdHandover).toBe(false);
    expect(read({ CLUSTER_MAINTENANCE_HOLD_HANDOVER: ' On ' }).settings.holdHandover).toBe(true);
    const sentence = 'CLUSTER_MAINTENANCE_HOLD_HANDOVER is "yes": it takes "on" or "off".';
    expect(problems({ CLUSTER_MAINTENANCE_HOLD_HANDOVER: 'yes' })).toEqual([sentence]);
  });
});

describe('a timing that is not a number of milliseconds', () => {
  it.each(['abc', '0', '-5', '1.5', 'Infinity', '10s', '0x', '0x10', '1e9'])(
    '%s is refused, naming variable and value',
    (text) => {
      const [problem, ...others] = problems({ CLUSTER_MAINTENANCE_TICK_MS: text });
      expect(others).toEqual([]);
      expect(problem).toBe(`CLUSTER_MAINTENANCE_TICK_MS is "${text}": give a whole number of milliseconds above 0.`);
    },
  );

  it('leaves the default in place, for those who must go on', () => {
    expect(read({ CLUSTER_MAINTENANCE_TICK_MS: 'abc' }).settings.timings.tick).toBe(1_000);
  });

  it('is read when it is one', () => {
    const outcome = read({ CLUSTER_MAINTENANCE_TICK_MS: ' 500 ', CLUSTER_MAINTENANCE_LEASE_TTL_MS: '' });
    expect(outcome.ok).toBe(true);
    expect(outcome.settings.timings).toMatchObject({ tick: 500, leaseTtl: 15_000 });
  });
});

describe('an impossible combination', () => {
  it.each([
    [
      { LEASE_TTL_MS: '2999', LEASE_GIVE_UP_MS: '1900', LEASE_RENEW_MS: '500', COMMAND_TIMEOUT_MS: '900' },
      'LEASE_TTL_MS',
    ],
    [{ LEASE_GIVE_UP_MS: '10002' }, 'LEASE_GIVE_UP_MS'],
    [{ LEASE_RENEW_MS: '5001' }, 'LEASE_RENEW_MS'],
    [{ COMMAND_TIMEOUT_MS: '10000' }, 'COMMAND_TIMEOUT_MS'],
    [{ COMMAND_TIMEOUT_MS: '5000' }, 'COMMAND_TIMEOUT_MS'],
    [{ RELOAD_DEADLINE_MS: '86400001' }, 'RELOAD_DEADLINE_MS'],
    [{ NODE_TTL_MS: '2999' }, 'NODE_TTL_MS'],
    [{ BUSY_TICK_MS: '1001' }, 'BUSY_TICK_MS'],
    [{ DRAIN_DEADLINE_MS: '1000' }, 'DRAIN_DEADLINE_MS'],
    [{ DRAIN_GRACE_MS: '15001' }, 'DRAIN_GRACE_MS'],
    [{ HOLD_MS: '120001' }, 'HOLD_MS'],
  ])('%j is refused with one sentence about %s', (short, variable) => {
    const env = Object.fromEntries(
      Object.entries(short).map(([name, value]) => [`CLUSTER_MAINTENANCE_${name}`, value]),
    );
    const [problem, ...others] = problems(env);
    expect(others).toEqual([]);
    expect(problem).toMatch(new RegExp(`^CLUSTER_MAINTENANCE_${variable} is \\d+: .+\\.$`));
  });

  it.each([
    { LEASE_TTL_MS: '3000', LEASE_GIVE_UP_MS: '2000', LEASE_RENEW_MS: '1000', COMMAND_TIMEOUT_MS: '999' },
    { LEASE_GIVE_UP_MS: '10001' },
    { COMMAND_TIMEOUT_MS: '4999' },
    { RELOAD_DEADLINE_MS: '86400000' },
    { NODE_TTL_MS: '3000' },
    { BUSY_TICK_MS: '1000' },
    { DRAIN_DEADLINE_MS: '1001' },
    { DRAIN_GRACE_MS: '15000' },
    { HOLD_MS: '120000', HOLD_MOST: '0' },
    { HOLD_MS: '0', DRAIN_GRACE_MS: '0' },
  ])('just inside the limits is fine: %j', (short) => {
    const env = Object.fromEntries(
      Object.entries(short).map(([name, value]) => [`CLUSTER_MAINTENANCE_${name}`, value]),
    );
    expect(problems(env)).toEqual([]);
  });

  it('refuses a number of seats that is none', () => {
    expect(problems({ CLUSTER_MAINTENANCE_HOLD_MOST: 'many' })).toEqual([
      'CLUSTER_MAINTENANCE_HOLD_MOST is "many": give the number of requests that may wait at a time.',
    ]);
  });

  it('says everything that is wrong at once', () => {
    expect(problems({ CLUSTER_MAINTENANCE_NODE_TTL_MS: '1', CLUSTER_MAINTENANCE_DRAIN_DEADLINE_MS: '1' })).toHaveLength(
      2,
    );
    expect(
      problems({ CLUSTER_MAINTENANCE: '1', CLUSTER_MAINTENANCE_RELOAD: '2', CLUSTER_MAINTENANCE_TICK_MS: 'x' }),
    ).toHaveLength(3);
  });
});

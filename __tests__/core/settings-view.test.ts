import { describe, expect, it } from 'vitest';
import { settingsBody } from '../../src/server/app/settings-action';
import { readSettings } from '../../src/server/core/settings';

const bodyOf = (env: Readonly<Record<string, string>>) =>
  settingsBody(readSettings({ env, bootId: 'boot', hostname: 'host', namespace: 'app' }).settings, env);
const viewOf = (variable: string, env: Readonly<Record<string, string>> = {}) =>
  bodyOf(env).settings.find((view) => view.variable === variable);

describe('the settings that are shown', () => {
  it('are defaults where the environment says nothing', () => {
    const { settings, problems } = bodyOf({});
    expect(settings.filter(({ setBy }) => setBy !== undefined)).toEqual([]);
    expect(problems).toEqual([]);
    expect(viewOf('CLUSTER_MAINTENANCE_LEASE_TTL_MS')).toMatchObject({ group: 'timings', value: 15_000, unit: 'ms' });
    expect(viewOf('CLUSTER_MAINTENANCE_HOLD_MOST')).toMatchObject({ group: 'holding', value: 5_000 });
    expect(viewOf('CLUSTER_MAINTENANCE_BACKUP_BEFORE')).toMatchObject({ value: 'upgrade, restore, migration' });
  });

  it('name each variable of the readme once', () => {
    const names = bodyOf({}).settings.map(({ variable }) => variable);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(29);
  });

  it('name the variable that has set them', () => {
    const env = { CLUSTER_MAINTENANCE_HOLD_MS: '2000', CLUSTER_MAINTENANCE_VERIFY: 'person' };
    const hold = { group: 'holding', value: 2_000, setBy: 'CLUSTER_MAINTENANCE_HOLD_MS' };
    expect(viewOf('CLUSTER_MAINTENANCE_HOLD_MS', env)).toMatchObject(hold);
    expect(viewOf('CLUSTER_MAINTENANCE_VERIFY', env)).toMatchObject({ value: 'person' });
    expect(viewOf('CLUSTER_MAINTENANCE_REDIS_URL', { REDIS_URL: 'redis://redis:6379' })).toMatchObject({
      value: 'redis://redis:6379',
      setBy: 'REDIS_URL',
    });
  });

  it('show what is in force, not what was refused, and why it was', () => {
    const body = bodyOf({ CLUSTER_MAINTENANCE_HOLD_MS: 'long' });
    expect(body.settings.find(({ variable }) => variable.endsWith('HOLD_MS'))?.value).toBe(30_000);
    expect(body.problems).toEqual([expect.stringContaining('CLUSTER_MAINTENANCE_HOLD_MS is "long"')]);
  });

  it.each([
    'redis://user:s3cret-pass@redis:6379/1',
    'redis://:s3cret-pass@redis:6379',
    'rediss://user:pa/ss@s3cret-pass@redis:6379',
    'redis+sentinel://a:s3cret-pass@one:26379,two:26379/mine?sentinelPassword=s3cret-pass2&db=3',
    's3cret-pass@redis',
  ])('never show a password: %s', (url) => {
    const { settings } = bodyOf({ CLUSTER_MAINTENANCE_REDIS_URL: url });
    const text = JSON.stringify(settings);
    expect(text).not.toContain('s3cret');
    expect(text).not.toContain('pa/ss');
    expect(text).toContain('***');
  });

  it('keep what tells people which Redis it is', () => {
    const url = 'redis+sentinel://a:secret@one:26379,two:26379/mine?sentinelPassword=secret&db=3';
    const value = 'redis+sentinel://***@one:26379,two:26379/mine?sentinelPassword=***&db=3';
    expect(viewOf('CLUSTER_MAINTENANCE_REDIS_URL', { CLUSTER_MAINTENANCE_REDIS_URL: url })?.value).toBe(value);
  });

  it('tell where a webhook leads, but neither its path nor its secret', () => {
    const env = {
      CLUSTER_MAINTENANCE_WEBHOOK_URL: 'https://hooks.example:8443/services/T0/a-token?key=b',
      CLUSTER_MAINTENANCE_WEBHOOK_SECRET: 'a-signing-secret',
    };
    expect(viewOf('CLUSTER_MAINTENANCE_WEBHOOK_URL', env)?.value).toBe('https://hooks.example:8443/***');
    expect(viewOf('CLUSTER_MAINTENANCE_WEBHOOK_SECRET', env)).toMatchObject({ value: '***', group: 'notifications' });
    expect(JSON.stringify(bodyOf(env).settings)).not.toMatch(/a-token|a-signing/);
  });

  it.each([
    [{}, 'not set'],
    [{ CLUSTER_MAINTENANCE_METRICS_TOKEN: 's3cret' }, 'set'],
  ])('tell of the token of the metrics only whether there is one: %j', (env, value) => {
    expect(viewOf('CLUSTER_MAINTENANCE_METRICS_TOKEN', env)).toMatchObject({ value, group: 'node' });
    expect(JSON.stringify(bodyOf(env).settings)).not.toContain('s3cret');
  });

  it('hide the other secrets of the environment wherever they stand', () => {
    const env = { APP_KEY: 'a-long-app-key', CLUSTER_MAINTENANCE_CHECKS: '/api/x?key=a-long-app-key=200' };
    expect(viewOf('CLUSTER_MAINTENANCE_CHECKS', env)?.value).toBe('/api/x?key=***=200');
  });
});

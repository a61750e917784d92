import { describe, expect, it } from 'vitest';
import { readSettings, type SettingsOutcome } from '../../src/server/core/settings';

function read(env: Record<string, string>): SettingsOutcome {
  return readSettings({ env, bootId: 'b00t', hostname: 'web-1', namespace: 'main' });
}

describe('the verification after an upgrade', () => {
  it('is automatic, without checks of its own', () => {
    expect(read({}).settings).toMatchObject({ verify: 'automatic', checks: [] });
  });

  it('may be left to a person', () => {
    expect(read({ CLUSTER_MAINTENANCE_VERIFY: ' Person ' }).settings.verify).toBe('person');
    expect(read({ CLUSTER_MAINTENANCE_VERIFY: 'me' })).toMatchObject({
      ok: false,
      problems: ['CLUSTER_MAINTENANCE_VERIFY is "me": it takes "automatic" or "person".'],
    });
  });

  it('asks paths for their status, for 200 where none is given', () => {
    const text = '/api/app:getLang, /api/orders:list=401 ,/api/posts:list?filter[a]=b=200,';
    expect(read({ CLUSTER_MAINTENANCE_CHECKS: text }).settings.checks).toEqual([
      { path: '/api/app:getLang', status: 200 },
      { path: '/api/orders:list', status: 401 },
      { path: '/api/posts:list?filter[a]=b', status: 200 },
    ]);
  });

  it.each(['api/app:getLang', 'https://elsewhere/', '/a b=200'])('refuses %j with words', (text) => {
    const outcome = read({ CLUSTER_MAINTENANCE_CHECKS: text });
    expect(outcome.ok ? [] : outcome.problems).toEqual([expect.stringContaining('give paths that begin with /')]);
  });
});

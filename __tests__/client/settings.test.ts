/** The settings in a browser, as a node with some of them in its environment tells them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { settingsBody } from '../../src/server/app/settings-action';
import { readSettings } from '../../src/server/core/settings';
import { SETTING_LABELS } from '../../src/client-v2/settings/words';
import { HAS_CHROMIUM, LivePage } from './live';

const ENV = {
  REDIS_URL: 'redis://app:a-secret@redis:6379/1',
  CLUSTER_MAINTENANCE_NODE_NAME: 'node-1',
  CLUSTER_MAINTENANCE_HOLD_MS: '2000',
  CLUSTER_MAINTENANCE_VERIFY: 'person',
  CLUSTER_MAINTENANCE_CHECKS: '/api/app:getLang=200, /api/orders:list=401',
};
const bodyOf = (env: Readonly<Record<string, string>>) =>
  settingsBody(readSettings({ env, bootId: 'boot', hostname: 'host', namespace: 'app' }).settings, env);

describe.skipIf(!HAS_CHROMIUM)('the settings', () => {
  let live: LivePage;
  beforeAll(async () => {
    live = await LivePage.start();
  });
  afterEach(() => {
    expect(live.errors).toEqual([]);
  });
  afterAll(() => live?.close());

  const open = (env: Readonly<Record<string, string>> = ENV, wishes = {}, size?: { width: number; height: number }) =>
    live.openTab('?tab=settings', () => ({ status: 200, data: { data: bodyOf(env) } }), wishes, size);
  const text = async () => (await live.page.locator('#root').innerText()).replace(/\s+/g, ' ');

  it('are told with what set them, and without secrets', async () => {
    await open();
    await live.page.getByText('These are the settings of node-1.').waitFor();
    const all = await text();
    expect(all).toContain('CLUSTER_MAINTENANCE_REDIS_URL redis://***@redis:6379/1 Set by REDIS_URL');
    expect(all).toContain('CLUSTER_MAINTENANCE_HOLD_MS 2 s Set by the environment');
    expect(all).toContain('CLUSTER_MAINTENANCE_LEASE_TTL_MS 15 s Default');
    expect(all).toContain('CLUSTER_MAINTENANCE_VERIFY A person who has looked Set by the environment');
    expect(all).toContain('CLUSTER_MAINTENANCE_BACKUP_BEFORE Upgrade, Restore, Environment migration Default');
    expect(all).not.toContain('a-secret');
    expect(await live.barriers()).toEqual([]);
    await live.picture('settings-en');
  });

  it('have words for each of them', () => {
    expect(bodyOf({}).settings.filter(({ variable }) => SETTING_LABELS[variable] === undefined)).toEqual([]);
  });

  it('say what is impossible about them', async () => {
    await open({ CLUSTER_MAINTENANCE_HOLD_MS: 'long' });
    await live.page.getByText('These settings are impossible together').waitFor();
    await live.page.getByText('CLUSTER_MAINTENANCE_HOLD_MS is "long"').waitFor();
  });

  it('are not told to who may not see them', async () => {
    const denied = { status: 403, data: { errors: [{ message: 'No permissions' }] } };
    await live.openTab('?tab=settings', () => denied);
    await live.page.getByText('You are not allowed to see this.').waitFor();
  });

  it.each([{ dark: true, language: 'zh-CN' }, { language: 'uk-UA' }])('fit on a telephone: %j', async (wishes) => {
    await open(ENV, wishes, { width: 390, height: 844 });
    await live.page.getByText('CLUSTER_MAINTENANCE_CHECKS').waitFor();
    expect(await live.overflow()).toBe(0);
    await live.picture(`settings-narrow-${wishes.language}`);
  });
});

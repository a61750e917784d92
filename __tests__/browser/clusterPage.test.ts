import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { ROOT_USER } from '../../tools/cluster';
import { busyRequest, killAtWork, refusedPage } from './trouble';
import { NARROW } from './chromium';
import type { ClusterPage } from './clusterPage';
import { enableInPluginManager, pluginSwitch, type Enabling } from './enabling';
import { chooseTheme, enableLanguages, LOOKS, wear } from './looks';
import { docsPicture, picture } from './pictures';
import { NAMES, openPages, openStage, PAGE, type Stage } from './stage';

const LONG = 120_000;
const HOST_VERSION = /^\d+\.\d+\.\d+/;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage?.close();
});
beforeEach(({ task }) => {
  onTestFailed(async () => {
    const name = task.name.replace(/\W+/g, '-').slice(0, 60);
    for (const [index, page] of openPages(stage).entries()) await picture(page, `failed-${name}-${index}`);
  });
});

async function expectThreeServing(page: ClusterPage): Promise<void> {
  for (const name of NAMES) {
    const [node, state, , inFlight, version, fingerprint] = await page.cells(name);
    expect([node, state, fingerprint]).toEqual([expect.stringContaining(name), 'Serving', 'Equal']);
    expect(inFlight).toMatch(/^\d+$/);
    expect(version).toMatch(HOST_VERSION);
  }
}

describe('the page, reached through the balancer', () => {
  let page: ClusterPage;

  it('shows three equal nodes that serve, to an admin who signs in', async () => {
    page = await stage.open(stage.regular, `${stage.balancer.url}/signin`);
    await page.page.getByPlaceholder('Username/Email').fill(ROOT_USER.account);
    await page.page.getByPlaceholder('Password').fill(ROOT_USER.password);
    await page.page.getByRole('button', { name: 'Sign in' }).click();
    await page.page.waitForURL(/\/admin/);
    await page.page.goto(`${stage.balancer.url}${PAGE}`);
    await page.isIdle();
    await expectThreeServing(page);
  });

  it('says where one is: first on one node, soon behind a balancer', async () => {
    await page.says('Connected through a balancer to node-1, node-2, node-3');
    const here = page.sights.map(({ cards }) => cards.split('You are here').length - 1);
    expect(Math.max(...here)).toBe(1);
    expect(here.at(-1)).toBe(0);
    await docsPicture(page.page, 'cluster-idle');
  });

  it('is the same in NocoBase’s new interface', async () => {
    await page.page.goto(`${stage.balancer.url}/v${PAGE}`);
    await page.isIdle();
    await expectThreeServing(page);
    await picture(page.page, 'idle-en-v2');
    await page.page.close();
  });
});

describe('the page in other clothes', () => {
  let page: ClusterPage;
  let url = '';
  beforeAll(async () => {
    await enableLanguages(stage);
    url = stage.cluster.node(0).url;
    page = await stage.open(stage.regular, `${url}${PAGE}`);
  });
  afterAll(async () => {
    await chooseTheme(stage, 'compact', url);
    await page.page.evaluate(() => localStorage.setItem('NOCOBASE_LOCALE', 'en-US'));
    await page.page.close();
  });

  it.each(LOOKS)('$name speaks the language and fits into the window', async (look) => {
    await wear(stage, page, look, url);
    for (const name of NAMES) await page.says(name);
    expect(await page.overflow()).toBe(0);
    await picture(page.page, look.name);
  });
});

describe('while a plugin is enabled in the plugin manager', () => {
  let enabling: Enabling;
  beforeAll(async () => {
    for (const { url } of stage.cluster.nodes) {
      expect((await stage.admin.at(url).get('departments:list')).status).toBe(404);
    }
    enabling = await enableInPluginManager(stage, 'Departments', 'departments');
  });

  it('the page shows the phases with leader, progress and what is waited for', () => {
    const { watcher, leader } = enabling;
    const told = watcher.announcements().filter((text) => text.startsWith('Enable plugin, departments, '));
    const phases = told.map((text) => text.split(', ').at(-1) ?? '');
    expect(phases.filter((phase) => ['Working', 'Reloading', 'Done'].includes(phase))).toEqual([
      'Working',
      'Reloading',
      'Done',
    ]);
    const name = NAMES[stage.cluster.nodes.indexOf(leader)];
    const working = watcher.seen(/, Working$/).map(({ cards }) => cards);
    expect(working.join('\n')).toMatch(new RegExp(`Enable plugin departments .*Leader ${name} .*Progress [^–\\s]`));
    expect(working.join('\n')).toContain('Requested by Super Admin');
    const reloading = watcher.seen(/, Reloading$/).map(({ cards }) => cards);
    expect(reloading.join('\n')).toMatch(/Waiting for node-\d \(reloading\)/);
  });

  it('it ends with three equal nodes that serve, and the plugin answers on each', async () => {
    await enabling.watcher.isIdle();
    await enabling.watcher.shows(/3 of 3 nodes serving/);
    await expectThreeServing(enabling.watcher);
    for (const { url } of stage.cluster.nodes) {
      expect((await stage.admin.at(url).get('departments:list')).status).toBe(200);
    }
  });

  it.each(['pinned', 'chinese'] as const)('the %s page outlives the reload of its node', async (seat) => {
    const page = enabling[seat];
    const name = NAMES[stage.cluster.nodes.indexOf(enabling.follower)] ?? '';
    const here = seat === 'pinned' ? `${name} You are here` : `${name} 当前所在`;
    expect(page.sights.some(({ cards }) => cards.includes(here))).toBe(true);
    const reconnecting = page.sights.filter(({ cards }) => /Reconnecting…|正在重新连接…/.test(cards));
    expect(reconnecting.length).toBeGreaterThan(0);
    for (const { cards } of reconnecting) NAMES.forEach((each) => expect(cards).toContain(each));
    await page.says(seat === 'pinned' ? `Connected to ${name}` : `已连接到 ${name}`);
    expect(await page.isMarked(), 'the page was loaded anew').toBe(true);
    await picture(page.page, `done-${seat}`);
  });

  it('nothing covers the page, and no failed poll is shown as an error', () => {
    const { watcher, pinned, chinese } = enabling;
    const sights = [watcher, pinned, chinese].flatMap((page) => page.sights);
    expect(sights.filter(({ dialogs, toasts }) => dialogs !== '' || toasts !== '')).toEqual([]);
  });

  it('the host reloads the browser that talked to the leader; the others are told to do it', async () => {
    const on = pluginSwitch(enabling.pluginManager, 'Departments').and(
      enabling.pluginManager.locator('[aria-checked="true"]'),
    );
    await on.waitFor({ timeout: LONG });
    await enabling.pinned.says('The plugins have changed since this page was opened.');
    await enabling.pinned.page.getByRole('button', { name: 'Reload page' }).click();
    await enabling.pinned.isIdle();
    expect(await enabling.pinned.isMarked()).toBe(false);
    await enabling.pinned.page.getByRole('button', { name: 'Reload page' }).waitFor({ state: 'detached' });
  });

  afterAll(async () => {
    for (const { page } of [enabling.watcher, enabling.pinned, enabling.chinese]) await page.close();
    await enabling.pluginManager.close();
  });
});

describe('when the nodes cannot drain', () => {
  it('the operation is aborted, and a page that was refused goes on by itself', async () => {
    const [leader, busy, refusing] = stage.cluster.nodes;
    if (!leader || !busy || !refusing) throw new Error('There are not enough nodes.');
    const watcher = await stage.open(stage.regular, `${stage.balancer.url}${PAGE}`);
    await watcher.isIdle();
    const refused = await refusedPage(stage, refusing);
    const endRequest = await busyRequest(stage, busy);
    const enabling = stage.admin.at(leader.url).post('pm:enable?filterByTk=text-copy&awaitResponse=true');
    await watcher.announces(/^Enable plugin, text-copy, Draining/);
    const { requests } = await refused.askForSomething();
    await picture(watcher.page, 'draining-en');

    expect((await enabling).status).toBe(409);
    await watcher.announces(/^Enable plugin, text-copy, Aborted/);
    await watcher.says('Nothing was changed');
    await picture(watcher.page, 'aborted-en');
    await refused.isBack();
    // One refusal must not lead to a stream of requests: the node has work to do.
    expect(requests()).toBeLessThan(10);
    endRequest();
    await watcher.page.close();
  });
});

describe('when Redis is gone', () => {
  it('the page says so and what it means, and recovers by itself', async () => {
    const page = await stage.open(stage.regular, `${stage.balancer.url}${PAGE}`);
    await page.isIdle();
    await stage.redis.kill();
    await page.says('The coordination is offline.');
    await page.says(/node-\d keeps serving\./);
    await picture(page.page, 'offline-en');
    await stage.redis.restartEmpty();
    await page.isIdle();
    await page.shows(/3 of 3 nodes serving/);
    await page.page.close();
  });
});

describe('when the leader dies in the middle of the work', () => {
  it('the page says what happened, and lets an admin resume the others', async () => {
    const [survivor, , leader] = stage.cluster.nodes;
    if (!survivor || !leader) throw new Error('There are not enough nodes.');
    const page = await stage.open(stage.regular, `${survivor.url}${PAGE}`);
    await page.isIdle();
    await killAtWork(stage, leader, survivor);
    await page.announces(/^Enable plugin, text-copy, Held/);
    await page.says('node-3 disappeared');
    await picture(page.page, 'held-en');

    await page.page.getByRole('button', { name: 'Resume…' }).click();
    const dialog = page.page.getByRole('dialog').filter({ hasText: 'Resume the cluster?' });
    await picture(page.page, 'held-confirmation-en');
    await dialog.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.announces(/^Enable plugin, text-copy, Degraded/);
    await page.shows(/2 of 2 nodes serving/);
    expect(page.sights.some(({ toasts }) => toasts.startsWith('The operation goes on.'))).toBe(true);
    await page.page.close();
  });
});

describe('a single node without Redis', () => {
  it('says that it is one, and how to run several', async () => {
    const [single, ...others] = stage.cluster.nodes;
    if (!single) throw new Error('There is no node.');
    await Promise.all(others.map((node) => node.stop()));
    await single.restart({ CLUSTER_MAINTENANCE_REDIS_URL: undefined });
    await single.waitServing(LONG);
    const page = await stage.open(stage.regular, `${single.url}${PAGE}`);
    await page.says('Single-node mode');
    await page.says(/set CLUSTER_MAINTENANCE_REDIS_URL or REDIS_URL/);
    await page.says('1 of 1 node serving');
    await picture(page.page, 'single-node-en');
    await page.page.setViewportSize(NARROW);
    await page.says('Single-node mode');
    await picture(page.page, 'single-node-narrow-en');
    expect(await page.overflow()).toBe(0);
  });
});

describe('through all of this', () => {
  it('the plugin’s code has caused no error in any browser', () => {
    expect(stage.errors).toEqual([]);
  });
});

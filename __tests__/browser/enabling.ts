import type { Page } from 'playwright-core';
import type { ClusterNode } from '../../tools/cluster';
import { NARROW } from './chromium';
import type { ClusterPage } from './clusterPage';
import { chooseTheme } from './looks';
import { docsPicture, picture } from './pictures';
import { PAGE, SETTINGS, websocketNode, type Stage } from './stage';

/** What several people saw while an admin enabled a plugin in NocoBase's own plugin manager. */
export interface Enabling {
  /** Node whose plugin manager was used: it leads. */
  readonly leader: ClusterNode;
  /** Node that `pinned` and `chinese` talk to. */
  readonly follower: ClusterNode;
  readonly pluginManager: Page;
  /** Through the balancer. */
  readonly watcher: ClusterPage;
  /** In the v1 lane, on a telephone, directly on the follower. */
  readonly pinned: ClusterPage;
  /** In the v2 lane, in Chinese and dark, directly on the follower. */
  readonly chinese: ClusterPage;
}

/** Clicks the plugin's switch and returns when everybody has been told that it is done. */
export async function enableInPluginManager(stage: Stage, title: string, name: string): Promise<Enabling> {
  const seats = await takeSeats(stage);
  const { pluginManager, watcher, pinned, chinese } = seats;
  await pinned.mark();
  await chinese.mark();
  await pluginSwitch(pluginManager, title).click();
  await watcher.announces(/, Working$/);
  await picture(chinese.page, 'working-dark-zh-v2');
  await watcher.shows(/Progress [^–\s]/);
  await docsPicture(watcher.page, 'cluster-working');
  await picture(pinned.page, 'working-narrow-en');
  await watcher.announces(/, Reloading$/);
  await picture(watcher.page, 'reloading-en');
  await Promise.all([
    watcher.announces(/^Enable plugin, .*, Done/),
    pinned.announces(/^Enable plugin, .*, Done/),
    chinese.announces(new RegExp(`^启用插件, ${name}, 已完成`)),
  ]);
  return seats;
}

export function pluginSwitch(pluginManager: Page, title: string) {
  return pluginManager.getByRole('button', { name: title, exact: true }).getByRole('switch');
}

async function takeSeats(stage: Stage): Promise<Enabling> {
  const { cluster, balancer } = stage;
  let watcher: ClusterPage | undefined;
  const told = await websocketNode(cluster, async () => {
    watcher = await stage.open(stage.regular, `${balancer.url}${PAGE}`);
    await watcher.isIdle();
  });
  // The host reloads the browsers whose websocket ends at the leader. The others see everything without a break.
  const [leader, follower] = cluster.nodes.filter((node) => node !== told);
  if (!watcher || !leader || !follower) throw new Error('There are not enough nodes.');
  const pinned = await stage.open(await stage.visitor({ size: NARROW }), `${follower.url}${PAGE}`);
  await pinned.isIdle();
  await chooseTheme(stage, 'dark', follower.url);
  const chinese = await stage.open(await stage.visitor({ locale: 'zh-CN' }), `${follower.url}/v${PAGE}`);
  await chinese.says('当前没有正在进行的操作。');
  await chooseTheme(stage, 'compact', follower.url);
  const pluginManager = await stage.regular.newPage();
  await pluginManager.goto(`${leader.url}${SETTINGS}/plugin-manager`);
  return { leader, follower, pluginManager, watcher, pinned, chinese };
}

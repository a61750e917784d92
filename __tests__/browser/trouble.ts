import { request } from 'node:http';
import type { Page } from 'playwright-core';
import type { StatusBody } from '../../src/shared/api';
import { until, type Api, type ClusterNode } from '../../tools/cluster';
import { picture } from './pictures';
import { SETTINGS, type Stage } from './stage';

const PATIENCE = 60_000;

/** A request that the node is still reading; returns how to end it. */
export async function busyRequest({ admin }: Stage, node: ClusterNode): Promise<() => void> {
  const upload = request(`${node.url}/api/attachments:create`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json', 'content-length': 1_000 },
  });
  // Ended by the test or by the node: either is fine.
  upload.on('error', () => undefined);
  upload.write('{');
  const taken = async () => {
    const body = await statusOf(admin, node);
    return body?.nodes.some(({ isSelf, inFlight }) => isSelf && inFlight > 0);
  };
  await until(taken, PATIENCE, () => `${node.name} has not begun to read the request.`);
  return () => upload.destroy();
}

/** Lets `leader` enable a plugin and kills it as soon as the record says that it has begun to change things. */
export async function killAtWork({ admin }: Stage, leader: ClusterNode, witness: ClusterNode): Promise<void> {
  const lost = admin.at(leader.url).post('pm:enable?filterByTk=text-copy&awaitResponse=true');
  const working = async () => (await statusOf(admin, witness))?.operation?.changed;
  await until(working, PATIENCE, () => `${leader.name} has not begun to work.`);
  leader.kill('SIGKILL');
  await lost.catch(() => undefined);
}

async function statusOf(admin: Api, node: ClusterNode): Promise<StatusBody | undefined> {
  return (await admin.at(node.url).get<{ data?: StatusBody }>('clusterMaintenance:status')).body.data;
}

interface RefusedPage {
  readonly page: Page;
  /** Does something that needs the server, which refuses it; returns how many requests that has led to so far. */
  askForSomething(): Promise<{ requests(): number }>;
  /** Resolves when the page is usable again and shows what was asked for. */
  isBack(): Promise<void>;
}

/** A page of the host, where somebody works who knows nothing of maintenance. */
export async function refusedPage(stage: Stage, node: ClusterNode): Promise<RefusedPage> {
  const page = await stage.regular.newPage();
  await page.goto(`${node.url}${SETTINGS}/system-settings`);
  const keys = page.getByRole('menuitem', { name: 'API keys' });
  await keys.waitFor();
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/api/apiKeys:list')) statuses.push(response.status());
  });
  const dialog = page.getByRole('dialog').filter({ hasText: 'Maintenance' });
  return {
    page,
    async askForSomething() {
      await keys.click();
      await dialog.waitFor();
      await picture(page, 'refused-en');
      return { requests: () => statuses.length };
    },
    async isBack() {
      await dialog.waitFor({ state: 'detached' });
      await until(
        () => statuses.at(-1) === 200,
        PATIENCE,
        () => `The list was not asked for again: ${statuses.join(', ')}.`,
      );
    },
  };
}

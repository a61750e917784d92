import type { Page } from 'playwright-core';
import { until, type ClusterNode } from '../../tools/cluster';
import type { ClusterPage } from './clusterPage';
import { SETTINGS, type Stage } from './stage';

const PATIENCE = 60_000;

/** Somebody who fills in a form of the host and knows nothing of maintenance. */
export interface Typist {
  readonly page: Page;
  readonly screen: ReturnType<Page['getByRole']>;
  type(text: string): Promise<void>;
  typed(): Promise<string>;
  /** Clicks the form's button; resolves when the server has answered well. */
  save(): Promise<void>;
  /** What the browser has asked the API for so far. */
  requests(): readonly string[];
  /** Whether it is still the document that the text was typed into. */
  isSame(): Promise<boolean>;
}

/** The form of the system settings, in the v1 lane or (`/v`) in the v2 lane. */
export async function typist(stage: Stage, node: ClusterNode, lane: '' | '/v'): Promise<Typist> {
  const opened: ClusterPage = await stage.open(stage.regular, `${node.url}${lane}${SETTINGS}/system-settings`);
  const { page } = opened;
  // The v1 lane has labels that belong to no field.
  const field = page.locator('textarea:visible').first();
  await field.waitFor();
  await opened.mark();
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/')) asked.push(pathname.slice('/api/'.length));
  });
  return {
    page,
    screen: page.getByRole('dialog').filter({ hasText: 'This page continues by itself' }),
    type: (text) => field.fill(text),
    typed: () => field.inputValue(),
    async save() {
      const answer = page.waitForResponse((response) => /systemSettings:(put|update)/.test(response.url()));
      await page.getByRole('button', { name: 'Submit' }).click();
      const status = (await answer).status();
      if (status !== 200) throw new Error(`Saving was answered with ${status}.`);
    },
    requests: () => asked,
    isSame: () => opened.isMarked(),
  };
}

/** The title that every node would now give to a browser. */
export async function savedTitle({ admin }: Stage): Promise<string> {
  const { body } = await admin.get<{ data?: { title?: string } }>('systemSettings:get?filterByTk=1');
  return body.data?.title ?? '';
}

/** Resolves when nothing runs any more. */
export async function isIdle({ admin }: Stage, node: ClusterNode): Promise<void> {
  const idle = async () => {
    const { body } = await admin.at(node.url).get<{ data?: { operation?: object } }>('clusterMaintenance:status');
    return body.data !== undefined && body.data.operation === undefined && (await node.ready()) === 200;
  };
  await until(idle, PATIENCE, () => `${node.name} does not serve again.`);
}

import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { PolicyDocument } from '../../../src/shared/policy';
import type { PolicyBody, PolicyRefusal, Prospect } from '../../../src/shared/policy-api';
import type { Answer, Api, ClusterNode } from '../../../tools/cluster';
import type { Visitor } from '../chromium';
import type { ClusterPage } from '../clusterPage';
import { PAGE, type Stage } from '../stage';

export const ZONE = 'America/New_York';

/** What all tests of one file share: it is made once, before them. */
export class Scene {
  private made: Stage | undefined;
  /** Another admin. */
  second!: Api;

  begin(stage: Stage): void {
    this.made = stage;
  }

  get stage(): Stage {
    if (!this.made) throw new Error('The stage is not open.');
    return this.made;
  }

  get first(): ClusterNode {
    return this.stage.cluster.node(0);
  }

  get other(): ClusterNode {
    return this.stage.cluster.node(1);
  }

  get admin(): Api {
    return this.stage.admin.at(this.first.url);
  }

  /** A tab of the page on the first node, in a browser of its own. */
  async open(tab: string, visitor: Visitor = {}, lane: '' | '/v' = ''): Promise<ClusterPage> {
    return this.stage.open(await this.stage.visitor(visitor), `${this.first.url}${lane}${PAGE}?tab=${tab}`);
  }

  async policy(): Promise<PolicyBody> {
    return (await this.admin.get<{ data: PolicyBody }>('clusterMaintenance:policy')).body.data;
  }

  async document(): Promise<PolicyDocument> {
    return (await this.policy()).document;
  }
}

export const contextOf = ({ page }: ClusterPage): BrowserContext => page.context();
export const dialogOf = (page: Page, text: string): Locator => page.getByRole('dialog').filter({ hasText: text });
export const pathOf = (name: string) => `pm:enable?filterByTk=${name}&awaitResponse=true`;

/** What the policy says about a request that it refuses. */
export async function refusalOf(
  answer: Promise<Answer>,
): Promise<{ status: number; codes: string[]; prospect: Prospect }> {
  const { status, body } = await answer;
  const [error] = (body as Partial<PolicyRefusal>).errors ?? [];
  if (!error?.reasons) throw new Error(`Not refused by the policy: ${status} ${JSON.stringify(body)}`);
  return { status, codes: error.reasons.map(({ code }) => code), prospect: error.prospect };
}

/** With the keyboard alone: what was typed goes where the focus is. */
export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** What a screen reader calls the element that the keyboard acts upon. */
export async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (!(at instanceof HTMLElement)) return '';
    const label = at instanceof HTMLInputElement ? at.labels?.[0]?.innerText : undefined;
    return (at.getAttribute('aria-label') ?? label ?? at.innerText).trim();
  });
}

/** Goes on with Tab until the focus is on what is called like this. */
export async function tabTo(page: Page, name: string | RegExp, most = 60): Promise<void> {
  const seen: string[] = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (typeof name === 'string' ? now === name : name.test(now)) return;
    seen.push(now);
  }
  throw new Error(`Tab does not lead to ${String(name)}, but to: ${seen.join(' | ')}`);
}

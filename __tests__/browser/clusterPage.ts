import type { Locator, Page } from 'playwright-core';
import { until } from '../../tools/cluster';
import type { Sight } from './recorder';

const LONG = 120_000;

/** The plugin's page as a person finds their way on it: by words and roles. */
export class ClusterPage {
  constructor(
    readonly page: Page,
    /** Everything shown so far, also what is gone again. */
    readonly sights: readonly Sight[],
  ) {}

  /** Resolves when the text is to be read somewhere on the page. */
  async says(text: string | RegExp, timeout = LONG): Promise<void> {
    await this.page.getByText(text).first().waitFor({ timeout });
  }

  /** Resolves when a screen reader has been told this (the beginning of it). */
  async announces(text: RegExp, timeout = LONG): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: text }).first().waitFor({ state: 'attached', timeout });
  }

  /** Resolves when the cards, read in one go, fit. */
  async shows(text: RegExp, timeout = LONG): Promise<void> {
    const explain = () => `The page does not show ${text}, but: ${this.sights.at(-1)?.cards}`;
    await until(() => text.test(this.sights.at(-1)?.cards ?? ''), timeout, explain);
  }

  async isIdle(): Promise<void> {
    await this.says('No operation is running.');
  }

  row(node: string): Locator {
    return this.page.getByRole('row').filter({ hasText: node });
  }

  /** The cells of a node's row, with single spaces. */
  async cells(node: string): Promise<string[]> {
    const row = this.row(node).first();
    await row.waitFor();
    return (await row.locator('th, td').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  }

  /** Sights whose announcement fits, in order. */
  seen(announced: RegExp): readonly Sight[] {
    return this.sights.filter((sight) => announced.test(sight.announced));
  }

  /** Distinct announcements in the order they were made. */
  announcements(): string[] {
    const all = this.sights.map(({ announced }) => announced).filter((text) => text !== '');
    return all.filter((text, index) => text !== all[index - 1]);
  }

  /** Leaves a mark that only a reload of the page removes. */
  async mark(): Promise<void> {
    await this.page.evaluate(() => {
      document.documentElement.dataset.marked = 'yes';
    });
  }

  async isMarked(): Promise<boolean> {
    return this.page.evaluate(() => document.documentElement.dataset.marked === 'yes');
  }

  /** Pixels by which the page is wider than the window. */
  async overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }
}

import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Of the package axe-core, as far as it is used. */
interface Axe {
  run(where: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
}

/** Where to look: in a tab of the page, or in what is drawn over it. */
export const TAB = '[role="tabpanel"]';
export const DIALOG = '[role="dialog"]';

/**
 * What axe finds in the plugin's page that keeps people from using it. What stands around it is the host's, and so are the
 * colours of words and links: of colours, only those count that the page paints itself.
 */
export async function barriers(page: Page, where = TAB): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.addScriptTag({ path: AXE });
  return page.evaluate(async (include) => {
    const { violations } = await (window as unknown as { axe: Axe }).axe.run({ include: [include] });
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const found = serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => ({ id, html })));
    const own = found.filter(({ id, html }) => id !== 'color-contrast' || /style="[^"]*background/.test(html));
    return own.map(({ id, html }) => `${id}: ${html}`);
  }, where);
}

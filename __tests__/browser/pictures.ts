/**
 * Pictures are kept in .artifacts/browser, to be looked at. With BROWSER_PICTURES=docs those that the readme shows are
 * written into docs/images as well.
 */
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { projectRoot } from '../../tools/cluster';

const ARTIFACTS = join(projectRoot, '.artifacts', 'browser');
const DOCS = join(projectRoot, 'docs', 'images');
/** Readers load them with the readme. */
const DOCS_BYTES = 200_000;

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.evaluate(settle);
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
}

/** Runs in the browser: a dialog that is half there, or half of a changing colour, looks like a mistake. */
async function settle(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations !== Infinity);
    if (ending.every(({ playState }) => playState !== 'running')) return;
    await Promise.all(ending.map((each) => each.finished.catch(() => undefined)));
  }
}

/** For the readme. */
export async function docsPicture(page: Page, name: string): Promise<void> {
  await picture(page, name);
  const file = join(ARTIFACTS, `${name}.png`);
  const { size } = statSync(file);
  if (size > DOCS_BYTES)
    throw new Error(`${name}.png has ${size} bytes, more than the ${DOCS_BYTES} of a docs picture.`);
  if (process.env.BROWSER_PICTURES !== 'docs') return;
  mkdirSync(DOCS, { recursive: true });
  copyFileSync(file, join(DOCS, `${name}.png`));
}

import type { Page } from 'playwright-core';
import { median } from '../../tools/bench/figures';

export { median };

/** Something to click, and what is to be seen then: at least so many rows, and a text that was not there before. */
export interface Way {
  /** Role and exact text of what is clicked. */
  readonly role: 'tab' | 'menuitem';
  readonly name: string;
  readonly rows: number;
  readonly text: string;
}

/** Milliseconds from a click to the frame in which everything is there, by the clock of the browser. */
export function timeOf(page: Page, way: Way): Promise<number> {
  return page.evaluate(clickAndWait, way);
}

/** Runs in the browser. */
async function clickAndWait({ role, name, rows, text }: Way): Promise<number> {
  const all = [...document.querySelectorAll<HTMLElement>(`[role="${role}"]`)];
  const target = all.find((each) => each.innerText.trim() === name);
  if (!target) throw new Error(`There is no ${role} "${name}", but: ${all.map((each) => each.innerText).join(', ')}`);
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const isThere = () =>
    document.querySelectorAll('tbody tr.ant-table-row').length >= rows && document.body.textContent?.includes(text);
  if (isThere()) throw new Error(`"${text}" is there before "${name}" was clicked.`);
  const begun = performance.now();
  (target.querySelector('a') ?? target).click();
  while (!isThere()) {
    if (performance.now() - begun > 30_000) throw new Error(`"${name}" does not lead to "${text}".`);
    await frame();
  }
  // What is there is painted with the next one.
  await frame();
  return performance.now() - begun;
}

export interface Scrolled {
  /** Milliseconds between each two frames. */
  readonly frames: readonly number[];
  /** Milliseconds of each piece of script that kept the page from answering for more than 50. */
  readonly blocks: readonly number[];
  /** How far it went, in pixels. */
  readonly way: number;
}

/** Scrolls with the wheel of a mouse from the beginning of the rows to their end, and watches each frame. */
export async function scrollThrough(page: Page): Promise<Scrolled> {
  await page.evaluate(watchFrames);
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.move(width * 0.6, height * 0.7);
  for (let turn = 0; turn < 60; turn += 1) {
    await page.mouse.wheel(0, 50);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  return page.evaluate(stopWatching);
}

interface Watch {
  readonly frames: number[];
  readonly blocks: number[];
  readonly scrollable: Element;
  readonly from: number;
  stop(): void;
}

type Watching = typeof globalThis & { frameWatch?: Watch };

/** Runs in the browser. */
function watchFrames(): void {
  const [frames, blocks]: [number[], number[]] = [[], []];
  let scrollable = document.querySelector('tbody tr.ant-table-row') ?? document.documentElement;
  const scrolls = (each: Element) =>
    each.scrollHeight > each.clientHeight + 100 && /auto|scroll/.test(getComputedStyle(each).overflowY);
  while (scrollable.parentElement && !scrolls(scrollable)) scrollable = scrollable.parentElement;
  scrollable.scrollTop = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) blocks.push(duration);
  });
  observer.observe({ entryTypes: ['longtask'] });
  let last = performance.now();
  let goes = true;
  const next = (now: number) => {
    frames.push(now - last);
    last = now;
    if (goes) requestAnimationFrame(next);
  };
  requestAnimationFrame((now) => {
    last = now;
    requestAnimationFrame(next);
  });
  const stop = () => {
    goes = false;
    observer.disconnect();
  };
  (globalThis as Watching).frameWatch = { frames, blocks, scrollable, from: scrollable.scrollTop, stop };
}

/** Runs in the browser. */
function stopWatching(): { frames: number[]; blocks: number[]; way: number } {
  const watch = (globalThis as Watching).frameWatch;
  if (!watch) throw new Error('Nobody has watched.');
  watch.stop();
  return { frames: watch.frames, blocks: watch.blocks, way: watch.scrollable.scrollTop - watch.from };
}

/** The most requests to the plugin that began within a second, and how many in all. */
export async function requestsWithin(page: Page, ms: number): Promise<{ readonly all: number; readonly most: number }> {
  const asked: number[] = [];
  const note = (request: { url(): string }) => {
    if (request.url().includes('/api/clusterMaintenance:')) asked.push(performance.now());
  };
  page.on('request', note);
  await page.waitForTimeout(ms);
  page.off('request', note);
  const most = Math.max(0, ...asked.map((from) => asked.filter((at) => at >= from && at < from + 1_000).length));
  return { all: asked.length, most };
}

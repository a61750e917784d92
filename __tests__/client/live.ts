import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { StatusBody } from '../../src/shared/api';
import type { Answer, Question, Wishes } from './live-words';

const PROGRAM = '/usr/bin/chromium';
export const HAS_CHROMIUM = existsSync(PROGRAM);
const WIDE = { width: 1280, height: 900 };
const ORIGIN = 'http://node.invalid';
const DOCUMENT = '<!doctype html><html lang="en"><title>A host</title><div id="root"></div></html>';

/** Of the package axe-core, as far as it is used. */
interface Axe {
  run(where: string): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
}
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

type Handler = (question: Question) => Answer | Promise<Answer>;

/** The page in a browser, without the host around it: the test is every node that it talks to. */
export class LivePage {
  /** What the page asked, but for its polls. */
  asked: Question[] = [];
  /** What the next poll is told. */
  status: StatusBody | undefined;
  /** How everything but polls is answered from now on. */
  handler: Handler | undefined;
  /** Whether the handler answers for approvals, too. */
  approvals = false;
  private onPoll: () => unknown = () => undefined;
  /** What went wrong in the page. */
  readonly errors: string[] = [];

  constructor(
    private readonly browser: Browser,
    readonly page: Page,
  ) {}

  static async start(): Promise<LivePage> {
    const { outputFiles } = await build({
      entryPoints: ['__tests__/client/livePage.tsx'],
      bundle: true,
      write: false,
      format: 'iife',
      jsx: 'transform',
      define: { 'process.env.NODE_ENV': '"development"' },
    });
    const browser = await chromium.launch({ executablePath: PROGRAM, args: ['--headless=new', '--no-sandbox'] });
    const page = await browser.newPage({ reducedMotion: 'reduce' });
    const live = new LivePage(browser, page);
    page.on('pageerror', (error) => live.errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && live.errors.push(message.text()));
    await page.exposeFunction('answerOf', (question: Question) => live.answerOf(question));
    // A page of an origin, because one without may not change its own address.
    await page.route(`${ORIGIN}/**`, (route) => route.fulfill({ contentType: 'text/html', body: DOCUMENT }));
    await page.goto(ORIGIN);
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
    return live;
  }

  /** Opens the page anew. */
  async open(status: StatusBody, wishes: Wishes = {}, size = WIDE): Promise<void> {
    this.asked = [];
    this.handler = undefined;
    this.status = status;
    await this.page.setViewportSize(size);
    await this.page.evaluate((all) => window.showPage(all), wishes);
    await this.page.getByText(status.selfName).first().waitFor();
  }

  /** Opens a tab anew, whose questions are answered by `handler`. */
  async openTab(query: string, handler: Handler, wishes: Wishes = {}, size = WIDE): Promise<void> {
    this.asked = [];
    this.status = undefined;
    this.handler = handler;
    await this.page.setViewportSize(size);
    await this.page.evaluate((all) => window.showPage(all), { ...wishes, query });
  }

  /**
   * What axe finds that keeps people from using the page. The colours of words and links are those of the host's theme: of
   * colours, only those count that the page paints itself.
   */
  async barriers(where = '#root'): Promise<string[]> {
    if (!(await this.page.evaluate(() => 'axe' in window))) await this.page.addScriptTag({ path: AXE });
    return this.page.evaluate(async (place) => {
      const { violations } = await (window as unknown as { axe: Axe }).axe.run(place);
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      const found = serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => ({ id, html })));
      const own = found.filter(({ id, html }) => id !== 'color-contrast' || /style="[^"]*background/.test(html));
      return own.map(({ id, html }) => `${id}: ${html}`);
    }, where);
  }

  picture(name: string): Promise<Buffer> {
    return this.page.screenshot({ path: `.artifacts/browser/live-${name}.png`, fullPage: true });
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** Resolves when the page has polled `count` times more: what was going to fade away is gone by then. */
  polls(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.onPoll = () => --count <= 0 && resolve();
    });
  }

  private async answerOf(question: Question): Promise<Answer> {
    if (question.url === 'clusterMaintenance:status') {
      this.onPoll();
      return { status: 200, data: { data: this.status } };
    }
    // The badge of a tab.
    if (question.url === 'clusterMaintenance:approvals' && !this.approvals) {
      return { status: 200, data: { data: { requests: [], waiting: 0 } } };
    }
    this.asked.push(question);
    if (!this.handler) throw new Error(`Nobody answers ${question.url}.`);
    return this.handler(question);
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }

  dialog() {
    return this.page.getByRole('dialog');
  }

  /** Resolves when the keyboard is at the button. */
  async isAt(name: string): Promise<void> {
    await this.page.waitForFunction((text) => document.activeElement?.textContent === text, name);
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Pixels by which the page is wider than the window. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }
}

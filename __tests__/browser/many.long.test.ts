import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusBody } from '../../src/shared/api';
import { startCrowd, type Crowd } from '../../tools/crowd';
import { median, requestsWithin, scrollThrough, timeOf, type Way } from './pace';
import { addPast, FIRST } from './past';
import { picture } from './pictures';
import { openStage, PAGE, type Stage } from './stage';

const NODES = 32;
const OPERATIONS = 10_000;
const TURNS = 7;
const SECOND = 1_000;
/** So many seconds its requests are counted on each tab. */
const WATCHED = 8;
/** A person sees a longer one. */
const FRAME = 100;

/** How long each of them took, several times, in milliseconds. */
interface Times {
  readonly page: number[];
  readonly history: number[];
}

let stage: Stage;
let crowd: Crowd | undefined;
let context: BrowserContext;
let url = '';
const few: Record<string, Times> = {};

/** Six minutes, and figures that only mean something on a quiet machine: `BROWSER_MANY=1 npm run test:browser -- many`. */
const measured = describe.runIf(process.env.BROWSER_MANY !== undefined);

measured('the page of a large cluster', () => {
  beforeAll(async () => {
    stage = await openStage({ nodes: 1, drainDeadline: 8 * SECOND, hold: SECOND });
    url = stage.cluster.node(0).url;
    context = await stage.visitor({});
    for (const lane of LANES) few[lane] = await measure(lane, { nodes: 1, operations: 1 });
    await addPast(stage, OPERATIONS);
    crowd = await startCrowd(stage.cluster, await members());
  });
  afterAll(async () => {
    await crowd?.stop();
    await stage?.close();
  });

  const LANES = ['', '/v'] as const;

  /** They say that they have loaded what the real node has, but for two. */
  async function members() {
    const { body } = await stage.admin.at(url).get<{ data: StatusBody }>('clusterMaintenance:status');
    const [real] = body.data.nodes;
    const { version = '', fingerprint = '' } = real ?? {};
    return Array.from({ length: NODES - 1 }, (_, index) => {
      const name = `node-${index + 2}`.replace(/-(\d)$/, '-0$1');
      return index < 2 ? { name, version: '2.2.14', fingerprint: 'another' } : { name, version, fingerprint };
    });
  }

  /** A page without the eyes of other tests, which read everything after each change. */
  async function openPage(lane: string, path = PAGE): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${url}${lane}${path}`);
    return page;
  }

  async function measure(lane: string, size: { nodes: number; operations: number }): Promise<Times> {
    const page = await openPage(lane);
    const there: Way = {
      role: 'menuitem',
      name: 'Cluster maintenance',
      rows: size.nodes,
      text: 'No operation is running.',
    };
    const history: Way = { role: 'tab', name: 'History', rows: Math.min(size.operations, 50), text: 'Begun' };
    const times: Times = { page: [], history: [] };
    // The first turn loads what the others have.
    for (let turn = 0; turn <= TURNS; turn += 1) {
      await page.getByRole('menuitem', { name: 'License settings' }).click();
      await page.getByRole('tab', { name: 'History' }).waitFor({ state: 'detached' });
      const [opened, told] = [await timeOf(page, there), await timeOf(page, history)];
      if (turn === 0) continue;
      times.page.push(opened);
      times.history.push(told);
    }
    await page.close();
    return times;
  }

  /** The five greatest. */
  const whole = (times: readonly number[]) =>
    [...times]
      .sort((a, b) => b - a)
      .slice(0, 5)
      .map((ms) => Math.round(ms))
      .join(', ') || 'none';
  const figures = (times: readonly number[]) => `${Math.round(median(times))} (${times.map(Math.round).join(', ')})`;

  describe.each(LANES)('32 nodes and ten thousand operations, in lane "%s"', (lane) => {
    it('are open in less than a second', async () => {
      const many = await measure(lane, { nodes: NODES, operations: OPERATIONS });
      for (const what of ['page', 'history'] as const) {
        const [own, before] = [many[what], few[lane]?.[what] ?? []];
        const ratio = (median(own) / median(before)).toFixed(2);
        console.info(
          `${lane} ${what}: ${figures(own)} ms; 1 node and 1 operation: ${figures(before)} ms; ratio ${ratio}`,
        );
        expect(median(own), what).toBeLessThan(SECOND);
      }
    });

    it.each([
      ['', NODES],
      ['?tab=history', 50],
    ])('are scrolled through without a stop: "%s"', async (query, rows) => {
      const page = await openPage(lane, PAGE + query);
      await page
        .locator('tbody tr.ant-table-row')
        .nth(rows - 1)
        .waitFor();
      const slowest: number[] = [];
      // The machine may be busy with something else for a moment.
      for (let turn = 0; turn < 3; turn += 1) {
        const { frames, blocks, way } = await scrollThrough(page);
        expect(way).toBeGreaterThan(500);
        slowest.push(Math.max(...frames));
        const told = `${frames.length} frames over ${way} px, median ${whole([median(frames)])}, slowest ${whole(frames)}`;
        console.info(`${lane}${query}: ${told} ms; scripts of more than 50 ms: ${whole(blocks)}`);
      }
      await picture(page, `many${lane.replace('/', '-')}${query === '' ? '' : '-history'}`);
      await page.close();
      expect(Math.min(...slowest)).toBeLessThanOrEqual(FRAME);
    });

    it('are asked about once a second at most', async () => {
      const page = await openPage(lane);
      await page.getByText(`${NODES} of ${NODES} nodes serving`).waitFor();
      for (const tab of ['Cluster', 'History', 'Policy', 'Approvals', 'Settings']) {
        await page.getByRole('tab', { name: tab }).click();
        // Each tab asks for what it shows when it is opened.
        await page.waitForTimeout(SECOND);
        const { all, most } = await requestsWithin(page, WATCHED * SECOND);
        console.info(`${lane} ${tab}: ${all} requests in ${WATCHED} s, ${most} in a second at most`);
        expect(all, tab).toBeLessThanOrEqual(WATCHED);
      }
      await page.close();
    });
  });

  describe('the roster', () => {
    it('names every node, and those that differ', async () => {
      const page = await openPage('');
      const row = (name: string) => page.locator('tbody tr.ant-table-row').filter({ hasText: name });
      for (let index = 2; index <= NODES; index += 1) await row(`node-${String(index).padStart(2, '0')}`).waitFor();
      await row('node-02').getByText('Different').waitFor();
      await row('node-04').getByText('Equal').waitFor();
      await page.close();
    });

    it('goes on page by page to the beginning of the history', async () => {
      const page = await openPage('', `${PAGE}?tab=history`);
      await page.getByText(/^10,?\d{3} operations$/).waitFor();
      await page.getByRole('button', { name: 'Older' }).click();
      await page.getByText(`subject-${FIRST + OPERATIONS - 100}`).waitFor();
      await page.close();
    });
  });
});

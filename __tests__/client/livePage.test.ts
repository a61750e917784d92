/** What only a browser shows: the keyboard, the dialog over the page, and what happens while an answer is awaited. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { held, journal, operation, status } from './fixtures';
import { HAS_CHROMIUM, LivePage } from './live';
import type { Answer } from './live-words';

const ACCEPTED: Answer = { status: 200, data: { data: {} } };
const refusal = (message: string): Answer => ({
  status: 409,
  data: { errors: [{ code: 'MAINTENANCE_REFUSED', message }] },
});
const draining = () => status({ operation: operation() });

describe.skipIf(!HAS_CHROMIUM)('the page in a browser', () => {
  let live: LivePage;
  beforeAll(async () => {
    live = await LivePage.start();
  });
  afterEach(() => {
    expect(live.errors).toEqual([]);
  });
  afterAll(() => live?.close());

  it('cancels by keyboard alone, and names the operation on the screen', async () => {
    await live.open(draining());
    live.handler = () => {
      live.status = status({ operation: operation({ cancelledBy: 'Ada' }) });
      return ACCEPTED;
    };
    await live.button('Cancel operation…').focus();
    await live.press('Enter');
    await live.dialog().getByText('Nothing has been changed yet.').waitFor();
    await live.isAt('Go back');
    await live.press('Tab');
    await live.isAt('Cancel operation');
    await live.press('Enter');
    await live.page.getByText('The leader was asked to cancel.').waitFor();
    await live.page.getByText('Ada asked to cancel; the leader stops.').last().waitFor();
    await live.dialog().waitFor({ state: 'hidden' });
    expect(live.asked).toEqual([{ url: 'clusterMaintenance:cancel', data: { operationId: 'operation-1' } }]);
    expect(await live.button('Cancel operation…').count()).toBe(0);
  });

  it('decides nothing by an Enter too many, and gives the keyboard back', async () => {
    await live.open(draining());
    await live.button('Cancel operation…').focus();
    await live.press('Enter');
    await live.isAt('Go back');
    await live.press('Enter');
    await live.dialog().waitFor({ state: 'hidden' });
    await live.isAt('Cancel operation…');
    expect(live.asked).toEqual([]);
  });

  it('sends once, says nothing before the answer, and cannot be left until then', async () => {
    await live.open(draining());
    let answer: (given: Answer) => void = () => undefined;
    live.handler = () => new Promise((resolve) => (answer = resolve));
    await live.button('Cancel operation…').click();
    const confirm = live.dialog().getByRole('button', { name: 'Cancel operation' });
    await live.isAt('Go back');
    await confirm.focus();
    await confirm.evaluate((button: HTMLElement) => [1, 2, 3].forEach(() => button.click()));
    await live.page.waitForFunction(() => document.querySelector('.ant-modal .ant-btn-loading'));
    await live.press('Escape');
    await confirm.click({ force: true });
    await live.polls(2);
    expect(await live.button('Go back').isDisabled()).toBe(true);
    expect(await live.dialog().isVisible()).toBe(true);
    expect(await live.page.getByText('The leader was asked to cancel.').count()).toBe(0);
    answer(ACCEPTED);
    await live.page.getByText('The leader was asked to cancel.').waitFor();
    expect(live.asked).toHaveLength(1);
  });

  it('keeps the dialog when the operation moves on, and shows the refusal of the server', async () => {
    await live.open(draining());
    await live.button('Cancel operation…').click();
    await live.dialog().waitFor();
    live.status = status({ operation: operation({ phase: 'working', changed: true }) });
    await live.button('Cancel operation…').waitFor({ state: 'detached' });
    live.handler = () => refusal('Too late: node-1 has begun to change things.');
    await live.dialog().getByRole('button', { name: 'Cancel operation' }).click();
    const alert = live.dialog().getByRole('alert');
    await alert.getByText('Too late: node-1 has begun to change things.').waitFor();
    expect(await alert.innerText()).toContain('The server refused. Nothing was done.');
    expect(await live.page.getByText('The leader was asked to cancel.').count()).toBe(0);
  });

  it('takes a way out, and only an open one', async () => {
    await live.open(held());
    live.handler = () => {
      live.status = status({ lastOperation: operation({ result: 'degraded', reason: 'Resolved by Ada.' }) });
      return ACCEPTED;
    };
    expect(await live.button('Roll back…').isDisabled()).toBe(true);
    await live.button('Do it again…').click();
    await live.dialog().getByText('A node does pm.enable departments again.').waitFor();
    await live.dialog().getByRole('button', { name: 'Do it again', exact: true }).click();
    await live.page.getByText('No operation is running.').last().waitFor();
    expect(live.asked).toMatchObject([
      { url: 'clusterMaintenance:resolve', data: { operationId: 'operation-1', resolution: 'retry' } },
    ]);
  });

  it('declares a silent process stopped after it was asked whether that is so', async () => {
    const silentNodes = [{ bootId: 'boot-3', name: 'node-3', silentMs: 42_000 }];
    await live.open({ ...draining(), silentNodes });
    live.handler = () => {
      live.status = draining();
      return ACCEPTED;
    };
    await live.button('Declare stopped… node-3').click();
    await live.dialog().getByText('lost or doubled').waitFor();
    await live.dialog().getByRole('button', { name: 'Declare stopped', exact: true }).click();
    await live.page.getByText('node-3 is declared stopped.').waitFor();
    await live.page.getByText('cannot be reached and blocks').waitFor({ state: 'detached' });
    expect(live.asked).toMatchObject([{ url: 'clusterMaintenance:declareStopped', data: { bootId: 'boot-3' } }]);
  });

  it('reads the journal on demand, again after a failure, and shows all of it when asked', async () => {
    await live.open(held());
    live.handler = () => ({ status: 503, data: { errors: [{ message: 'The database is busy.' }] } });
    await live.button('Which nodes saw what').focus();
    expect(live.asked).toEqual([]);
    await live.press('Space');
    await live.page.getByText('The database is busy.').waitFor();
    live.handler = () => ({ status: 200, data: { data: { operation: operation(), journal: journal(30) } } });
    await live.button('Read again').press('Enter');
    await live.page.getByText('line 30.').waitFor();
    expect(await live.page.getByText('The database is busy.').count()).toBe(0);
    expect(await live.page.getByRole('listitem').filter({ hasText: 'line' }).count()).toBe(12);
    await live.button('Show 18 earlier lines').press('Enter');
    await live.isAt('Show only the last lines');
    expect(await live.page.getByRole('listitem').filter({ hasText: 'line' }).count()).toBe(30);
    expect(live.asked[0]).toMatchObject({ url: 'clusterMaintenance:get', params: { filterByTk: 'operation-1' } });
  });

  it.each([{}, { dark: true, language: 'uk-UA' }])('fits on a telephone: %j', async (wishes) => {
    const silentNodes = [{ bootId: 'boot-3', name: 'node-3', silentMs: 42_000 }];
    await live.open({ ...held({ attempt: 2 }), silentNodes, guarded: false }, wishes, { width: 320, height: 700 });
    live.handler = () => ({ status: 200, data: { data: { operation: operation(), journal: journal(20) } } });
    await live.page.locator('.ant-card [aria-expanded="false"]').first().click();
    await live.page.getByText('line 20.').waitFor();
    expect(await live.overflow()).toBe(0);
  });
});

/** What only a browser shows of the dialog: the keyboard, what is sent, and what is said afterwards. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RequestConfig } from '@nocobase/client-v2';
import type { Answer as PersonsAnswer } from '../../../src/client-v2/policy/questions';
import type { Prospect, QueuedAction } from '../../../src/shared/policy-api';
import { status } from '../fixtures';
import { HAS_CHROMIUM, LivePage } from '../live';
import type { Answer, Question, Wishes } from '../live-words';
import { approval, NOW, prospect, reason, verdict } from './fixtures';

const ENABLE: RequestConfig = { url: 'pm:enable', method: 'post', params: { filterByTk: 'departments' } };
const ok = (data: unknown): Answer => ({ status: 200, data: { data } });

describe.skipIf(!HAS_CHROMIUM)('the dialog about the policy', { timeout: 60_000 }, () => {
  let live: LivePage;
  beforeAll(async () => {
    live = await LivePage.start();
  });
  afterEach(() => {
    expect(live.errors).toEqual([]);
  });
  afterAll(() => live?.close());

  /** Opens the page with this question over it, resolves when it can be answered; the answer comes later. */
  async function ask(
    of: Prospect,
    { request = ENABLE, denied = false, ...wishes }: Wishes & { request?: RequestConfig; denied?: boolean } = {},
  ) {
    await live.open(status(), wishes);
    live.approvals = true;
    live.handler = () => ok({ requests: [], waiting: 0 });
    const asked = live.page.evaluate(([refusal, config]) => window.askPerson(refusal, config), [
      { denied, prospect: of },
      request,
    ] as const) as Promise<PersonsAnswer>;
    // Who fails before it is answered has told why.
    asked.catch(() => undefined);
    await live.dialog().waitFor();
    return { answer: asked };
  }

  it('says what happens, takes a reason by keyboard alone, and gives it back', async () => {
    const { answer } = await ask(prospect());
    await live.dialog().getByText('Enable plugin: departments').waitFor();
    const text = await live.dialog().innerText();
    for (const part of ['2 nodes finish their requests', 'node-2, node-3', 'about 20 s', 'A reason has to be given.']) {
      expect(text).toContain(part);
    }
    await live.page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
    await live.press('Enter');
    await live.dialog().getByText('Say in a few words why this is done.').waitFor();
    await live.page.keyboard.type('  For the new office ');
    await live.press('Enter');
    await expect(answer).resolves.toEqual({ kind: 'given', given: { reason: 'For the new office' } });
    await live.dialog().waitFor({ state: 'hidden' });
  });

  it('lets nothing pass before the name was typed letter by letter', async () => {
    const reasons = [reason('reason-needed'), reason('name-needed', { name: 'departments' })];
    const { answer } = await ask(prospect({ action: 'pm:remove', verdict: verdict({ reasons }) }));
    await live.dialog().getByLabel('Reason').fill('No longer used');
    const name = live.dialog().getByLabel('Type “departments” to confirm');
    await name.fill('Departments');
    await live.button('Confirm and go on').click();
    await live.dialog().getByText('Type exactly: departments').waitFor();
    await name.fill('departments');
    await live.press('Enter');
    await expect(answer).resolves.toEqual({
      kind: 'given',
      given: { reason: 'No longer used', name: 'departments' },
    });
  });

  it('is left with Escape, and the request with it', async () => {
    const { answer } = await ask(prospect());
    await live.page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
    await live.press('Escape');
    await expect(answer).resolves.toEqual({ kind: 'left' });
  });

  it('asks a second admin, keeps the request, and says what happens then', async () => {
    const waits = verdict({ decision: 'approve', reasons: [reason('approval-needed'), reason('reason-needed')] });
    const { answer } = await ask(prospect({ verdict: waits }));
    const own = approval({ isOwn: true });
    const replies: Readonly<Record<string, Answer>> = {
      'clusterMaintenance:approvals': ok({ requests: [], waiting: 0 }),
      'clusterMaintenance:requestApproval': ok(own),
    };
    live.handler = ({ url }: Question) => replies[url] ?? ok({});
    await live.dialog().getByLabel('Reason').fill('For the new office');
    await live.press('Enter');
    await live.dialog().getByText('A second admin has been asked.').waitFor();
    await live.dialog().getByText('you find it there with a Run button').waitFor();
    expect(live.asked.filter(({ url }) => url.endsWith('requestApproval'))).toEqual([
      { url: 'clusterMaintenance:requestApproval', data: { confirm: 'confirm-1', reason: 'For the new office' } },
    ]);
    expect(await live.page.evaluate(() => JSON.stringify({ ...localStorage }))).toContain('pm:enable');
    await live.dialog().getByRole('button', { name: 'Close' }).last().click();
    await expect(answer).resolves.toEqual({ kind: 'left' });
  });

  it('waits for a window, and says when that is', async () => {
    const queued: QueuedAction = {
      id: 'queued-1',
      state: 'waiting',
      action: 'pm:enable',
      subject: 'departments',
      reason: 'x',
      requestedBy: 'Ada',
      requestedAt: NOW,
      startsAt: NOW + 3_600_000,
    };
    const waits = verdict({ decision: 'wait', reasons: [reason('outside-windows')], nextWindow: NOW + 3_600_000 });
    const { answer } = await ask(prospect({ verdict: waits }));
    await live.dialog().getByText('The next moment at which it may begin is Wed, Jan 15, 2025').waitFor();
    live.handler = () => ok(queued);
    await live.dialog().getByLabel('Reason').fill('For the new office');
    await live.dialog().getByRole('button', { name: 'Do it then' }).click();
    await live.dialog().getByText('It waits for its window.').waitFor();
    await live.press('Escape');
    await expect(answer).resolves.toEqual({ kind: 'left' });
  });

  it('says no with all reasons and who can change that, on a telephone, too', async () => {
    const reasons = [
      reason('denied', { action: 'applicationPlugins:create' }),
      reason('frozen', { until: NOW, reason: 'x' }),
    ];
    const of = prospect({ verdict: verdict({ decision: 'deny', reasons }) });
    const { answer } = await ask(of, { denied: true, language: 'uk-UA', dark: true });
    await live.page.setViewportSize({ width: 390, height: 844 });
    await live.dialog().getByText('Зараз це заборонено.').waitFor();
    expect(await live.dialog().locator('li').count()).toBe(2);
    expect(await live.dialog().innerText()).toContain('аварійний доступ');
    expect(await live.overflow()).toBe(0);
    await live.isAt('Закрити');
    await live.press('Enter');
    await expect(answer).resolves.toEqual({ kind: 'left' });
  });
});

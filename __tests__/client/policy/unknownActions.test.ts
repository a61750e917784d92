/** In a browser: what the page says of rules that name an action which no list knows. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listedActions } from '../../../src/server/core/policy/named';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import type { PolicyBody } from '../../../src/shared/policy-api';
import { HAS_CHROMIUM, LivePage } from '../live';
import type { Answer, Question } from '../live-words';

const RULES = [
  { action: 'reports:rebuild', demand: 'reason' },
  { action: 'pm:enable', demand: 'deny' },
] as const;
const BODY: PolicyBody = {
  document: { ...DEFAULT_POLICY, rules: RULES },
  revision: 1,
  environment: 'production',
  known: listedActions(),
};

describe.skipIf(!HAS_CHROMIUM)('rules about actions that no list knows', { timeout: 60_000 }, () => {
  let live: LivePage;
  beforeAll(async () => {
    live = await LivePage.start();
  });
  afterEach(() => {
    expect(live.errors).toEqual([]);
  });
  afterAll(() => live?.close());

  const answer = ({ url }: Question): Answer => ({ status: 200, data: { data: url.endsWith(':glass') ? {} : BODY } });
  const hints = () => live.page.getByText('Not known here');

  it('are marked, in the list and while one is typed', async () => {
    await live.openTab('?tab=policy', answer);
    await live.page.getByText('reports:rebuild').waitFor();
    expect(await hints().count()).toBe(1);
    expect(await live.page.getByRole('row', { name: /reports:rebuild/ }).innerText()).toContain('exactly this name');
    await live.picture('policy-unknown-en');
    await live.page.getByRole('button', { name: 'Edit: pm:enable' }).click();
    const field = live.page.getByRole('combobox', { name: 'Single action or command' });
    await field.fill('reports:print');
    await live.dialog().getByText('Not known here').waitFor();
    await field.fill('upgrad');
    await live.dialog().getByText('the rule has no effect').waitFor();
    await field.fill('db:clean');
    await live.dialog().getByText('Not known here').waitFor({ state: 'detached' });
  });

  it('can be imported, and are named before they are', async () => {
    await live.openTab('?tab=policy', answer);
    await live.page.getByText('reports:rebuild').waitFor();
    const buffer = Buffer.from(JSON.stringify(BODY.document));
    await live.page
      .locator('input[type=file]')
      .setInputFiles({ name: 'policy.json', mimeType: 'application/json', buffer });
    await live.dialog().getByText('No list here knows these actions: reports:rebuild').waitFor();
    await live.button('Replace the policy').click();
    await live.dialog().waitFor({ state: 'hidden' });
    const sent = live.asked.find(({ url }) => url.endsWith(':updatePolicy'));
    expect(sent?.data).toEqual({ document: BODY.document, revision: 1 });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import type { Page } from 'playwright-core';
import type { Api, ClusterNode } from '../../tools/cluster';
import type { ClusterPage } from './clusterPage';
import { pluginSwitch } from './enabling';
import { chooseTheme, enableLanguages } from './looks';
import { picture } from './pictures';
import * as policy from './policy';
import { openPages, openStage, PAGE, SETTINGS, type Stage } from './stage';

let stage: Stage;
let first: ClusterNode;
let other: ClusterNode;
let second: Api;
let member: Api;

beforeAll(async () => {
  stage = await openStage({ nodes: 2, drainDeadline: 20_000, hold: 10_000, env: policy.PRODUCTION });
  [first, other] = [stage.cluster.node(0), stage.cluster.node(1)];
  second = await policy.newPerson(stage, 'grace', 'admin');
  member = await policy.newPerson(stage, 'mia', 'member');
  await enableLanguages(stage);
});
afterAll(async () => {
  await stage?.close();
});
beforeEach(({ task }) => {
  onTestFailed(async () => {
    const name = task.name.replace(/\W+/g, '-').slice(0, 60);
    for (const [index, page] of openPages(stage).entries()) await picture(page, `failed-${name}-${index}`);
  });
});

const toastsOf = ({ sights }: ClusterPage) => sights.map(({ toasts }) => toasts).filter((text) => text !== '');

async function pluginManager(lane: '' | '/v' = ''): Promise<ClusterPage> {
  return stage.open(await stage.visitor({}), `${first.url}${lane}${SETTINGS}/plugin-manager`);
}

/** Before it disables one, the host itself asks. */
async function switchPlugin({ page }: ClusterPage, isOn = false): Promise<void> {
  await pluginSwitch(page, 'Departments').click();
  if (isOn) {
    const sure = page.getByRole('dialog').filter({ hasText: 'Are you sure to disable this plugin?' });
    await sure.getByRole('button', { name: 'OK' }).click();
  }
  await policy.policyDialog(page).waitFor();
}

describe('an admin who enables a plugin in NocoBase’s plugin manager', () => {
  let manager: ClusterPage;
  beforeAll(async () => {
    manager = await pluginManager();
  });

  it('is asked, is told what happens, and may leave it: nothing is done, and nothing turns red', async () => {
    const { page } = manager;
    const epoch = await policy.epochNow(stage, other);
    await switchPlugin(manager);
    const dialog = policy.policyDialog(page);
    for (const text of ['What happens', 'node-2', 'Last backup', 'Runs now', 'A reason has to be given.']) {
      await dialog.getByText(text).first().waitFor();
    }
    await picture(page, 'policy-dialog-en');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await policy.epochNow(stage, other)).toBe(epoch);
    expect(toastsOf(manager)).toEqual([]);
  });

  it('gives a reason, and it runs as if nothing had been between', async () => {
    const { page } = manager;
    const epoch = await policy.epochNow(stage, other);
    await switchPlugin(manager);
    await policy.policyDialog(page).getByLabel('Reason').fill('Для нового офісу');
    await page.keyboard.press('Enter');
    expect(await policy.operationAfter(epoch, stage, other)).toMatchObject({ kind: 'pm.enable', result: 'done' });
    const asked = (await policy.auditOf(stage.admin)).filter(({ action }) => action === 'pm:enable');
    expect(asked[0]).toMatchObject({ decision: 'allow', reason: 'Для нового офісу' });
    expect(asked.slice(1).map(({ decision }) => decision)).toEqual(['ask', 'ask']);
    expect(toastsOf(manager)).toEqual([]);
    await page.close();
  });
});

describe('when a second admin has to approve', () => {
  let manager: ClusterPage;
  let approver: Page;
  beforeAll(async () => {
    await policy.addRules(stage, { environment: 'production', action: 'pm:disable', demand: 'approval' });
    manager = await pluginManager('/v');
  });

  it('the first one asks, in the new interface', async () => {
    const { page } = manager;
    await switchPlugin(manager, true);
    const dialog = policy.policyDialog(page);
    await dialog.getByLabel('Reason').fill('No longer needed');
    await picture(page, 'policy-approval-en-v2');
    await dialog.getByRole('button', { name: 'Ask a second admin' }).click();
    await page.getByText('A second admin has been asked.').waitFor();
    await picture(page, 'policy-asked-en-v2');
    await page.keyboard.press('Escape');
  });

  it('nobody approves their own', async () => {
    const page = await stage.open(await stage.visitor({}), `${first.url}${PAGE}?tab=approvals`);
    await page.says('No longer needed');
    expect(await page.page.getByRole('button', { name: /^Approve/ }).count()).toBe(0);
    await page.page.close();
  });

  it('another one approves from another browser, on another node', async () => {
    const visitor = await stage.visitor({ token: second.token });
    const opened = await stage.open(visitor, `${other.url}${PAGE}`);
    approver = opened.page;
    await approver.getByTitle('1 request waits for you').waitFor();
    await approver.getByRole('tab', { name: /Approvals/ }).click();
    await approver.getByRole('button', { name: /^Approve: pm:disable/ }).click();
    const dialog = approver.getByRole('dialog').filter({ hasText: 'Approve this?' });
    await dialog.getByLabel('Comment').fill('Fine with me');
    await picture(approver, 'policy-approve-en');
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await approver.getByText('Decided by').first().waitFor();
    await approver.close();
  });

  it('then the first one runs it from the tab, once', async () => {
    const { page } = manager;
    const epoch = await policy.epochNow(stage, other);
    await page.goto(`${first.url}/v${PAGE}?tab=approvals`);
    const run = page.getByRole('button', { name: 'Run', exact: true });
    await run.waitFor();
    await picture(page, 'policy-run-en-v2');
    await run.click();
    expect(await policy.operationAfter(epoch, stage, other)).toMatchObject({ kind: 'pm.disable', result: 'done' });
    await page.getByText('Used', { exact: true }).waitFor();
    expect(await run.count()).toBe(0);
    const [used] = (await policy.auditOf(stage.admin)).filter(({ action }) => action === 'pm:disable');
    expect(used).toMatchObject({ decision: 'allow', approvedBy: expect.stringContaining('grace') as string });
    await page.close();
  });
});

describe('a member', () => {
  it('finds no page, and can do nothing of it', async () => {
    const page = await stage.open(await stage.visitor({ token: member.token }), `${first.url}${PAGE}?tab=policy`);
    await page.page.waitForLoadState('networkidle');
    expect(await page.page.getByRole('tab').count()).toBe(0);
    expect(await page.page.getByText('Break the glass').count()).toBe(0);
    for (const action of ['policy', 'approvals', 'audit', 'glass', 'queued']) {
      expect((await member.get(`clusterMaintenance:${action}`)).status).toBe(403);
    }
    for (const action of ['updatePolicy', 'approve', 'breakGlass', 'queue']) {
      expect((await member.post(`clusterMaintenance:${action}`, { reason: 'x' })).status).toBe(403);
    }
    expect((await member.post('pm:enable?filterByTk=departments')).status).toBe(403);
    await page.page.close();
  });
});

describe('what the policy forbids', () => {
  it('is said with all reasons, and who can change it', async () => {
    const freeze = { from: Date.now() - 60_000, to: Date.now() + 86_400_000, reason: 'Year-end closing' };
    const calendar = {
      zone: 'Europe/Kyiv',
      weekly: [{ days: [6, 7], from: '22:00', to: '04:00' }],
      once: [],
      freezes: [freeze],
    };
    const rules = [{ group: 'plugins', demand: 'deny' } as const];
    await policy.setPolicy(stage.admin, { calendar, rules });
    const manager = await pluginManager();
    await switchPlugin(manager);
    const dialog = policy.policyDialog(manager.page);
    await dialog.getByText('The policy does not allow pm:enable.').waitFor();
    await dialog.getByText(/Changes are frozen until .*: Year-end closing\./).waitFor();
    await dialog.getByText('Who may edit the policy can change this on the Policy tab.').waitFor();
    await picture(manager.page, 'policy-denied-en');
    await manager.page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    expect(toastsOf(manager)).toEqual([]);
    await manager.page.close();
  });
});

describe('the tabs of the policy', () => {
  let page: ClusterPage;
  beforeAll(async () => {
    page = await stage.open(await stage.visitor({}), `${first.url}${PAGE}?tab=policy`);
  });
  afterAll(async () => {
    await chooseTheme(stage, 'compact', first.url);
  });

  it('store a rule that was made in the drawer, and tell what is asked from then on', async () => {
    await page.page.getByRole('button', { name: 'Add rule…' }).click();
    const drawer = page.page.getByRole('dialog').filter({ hasText: 'Add rule' });
    await drawer.getByLabel('Single action or command').fill('pm:enable');
    await drawer.getByLabel('Asks a second admin').click();
    await picture(page.page, 'policy-rule-en');
    await drawer.getByRole('button', { name: 'Add', exact: true }).click();
    await page.page.getByRole('button', { name: 'Save changes' }).click();
    await page.page.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' });
    await page.says('Last changed by');
    await page.page.getByLabel('Action or command').fill('pm:enable');
    await page.page.getByRole('button', { name: 'Check' }).click();
    await page.says('A second admin has to approve this.');
  });

  it('do not overwrite what somebody else has stored meanwhile', async () => {
    await page.page.getByRole('button', { name: 'Remove: pm:enable' }).click();
    await policy.setPolicy(stage.admin, { rules: [] });
    await page.page.getByRole('button', { name: 'Save changes' }).click();
    await page.says('Somebody else has changed the policy meanwhile.');
    await picture(page.page, 'policy-outdated-en');
    await page.page.getByRole('button', { name: 'Load theirs' }).click();
    await page.says('There are no rules: everything is allowed.');
  });

  it('break the glass for some minutes, and mend it', async () => {
    await page.page.getByRole('button', { name: 'Break the glass…' }).click();
    const dialog = page.page.getByRole('dialog').filter({ hasText: 'Break the glass?' });
    await dialog.getByLabel('Reason').fill('The shop is down');
    await dialog.getByRole('button', { name: 'Break the glass' }).click();
    await page.says('You have set the policy aside.');
    await picture(page.page, 'policy-glass-en');
    await page.page.getByRole('button', { name: 'End it now' }).click();
    await page.page.getByRole('button', { name: 'Break the glass…' }).waitFor();
  });

  it.each(policy.POLICY_LOOKS)('$name speak the language and fit into the window', async (look) => {
    await policy.addRules(stage);
    const where = { url: first.url };
    await policy.wearTab(stage, page, look, { ...where, tab: 'policy', says: look.policy });
    await page.page.waitForLoadState('networkidle');
    expect(await page.overflow()).toBe(0);
    await picture(page.page, `policy-tab-${look.name}`);
    await page.page.screenshot({ path: `.artifacts/browser/policy-tab-full-${look.name}.png`, fullPage: true });
    await policy.wearTab(stage, page, look, { ...where, tab: 'approvals', says: look.approvals });
    expect(await page.overflow()).toBe(0);
    await picture(page.page, `policy-approvals-${look.name}`);
    await page.page.goto(`${first.url}${look.lane}${SETTINGS}/plugin-manager`);
    await page.page.getByRole('switch').first().waitFor();
    await pluginSwitch(page.page, look.locale === 'zh-CN' ? '部门' : 'Departments').click();
    await policy.policyDialog(page.page).waitFor();
    expect(await page.overflow()).toBe(0);
    await picture(page.page, `policy-dialog-${look.name}`);
    await page.page.keyboard.press('Escape');
  });
});

describe('through all of this', () => {
  it('the plugin’s code has caused no error in any browser', () => {
    // The plugin manager handles no error of its requests, whatever it is: a browser then tells of the rejection.
    expect(stage.errors.filter((error) => !error.startsWith('CanceledError'))).toEqual([]);
  });
});

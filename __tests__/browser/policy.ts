import type { Locator, Page } from 'playwright-core';
import { DEFAULT_POLICY } from '../../src/server/core/policy/defaults';
import type { StatusBody } from '../../src/shared/api';
import type { PolicyDocument, PolicyRule } from '../../src/shared/policy';
import type { AuditBody, PolicyBody } from '../../src/shared/policy-api';
import { signIn, until, type Api, type ClusterNode } from '../../tools/cluster';
import { NARROW, WIDE } from './chromium';
import type { ClusterPage } from './clusterPage';
import { chooseTheme, type Look } from './looks';
import { PAGE, type Stage } from './stage';

const PATIENCE = 120_000;
const PASSWORD = 'policy123';

/** The harness runs its nodes with a policy that asks nothing; here they have what came with the installation. */
export const PRODUCTION = { CLUSTER_MAINTENANCE_POLICY: undefined };

/** Somebody else, by the name of their role. */
export async function newPerson({ admin, cluster }: Stage, username: string, role: string): Promise<Api> {
  const body = { username, nickname: username, email: `${username}@example.com`, password: PASSWORD, roles: [role] };
  const { status, body: answer } = await admin.post('users:create', body);
  if (status !== 200) throw new Error(`users:create: ${status} ${JSON.stringify(answer)}`);
  return signIn(cluster.node(0).url, { account: username, password: PASSWORD });
}

/** These rules beside those of the day of installation. */
export async function addRules({ admin }: Stage, ...rules: readonly PolicyRule[]): Promise<void> {
  await setPolicy(admin, { rules: [...DEFAULT_POLICY.rules, ...rules] });
}

export async function setPolicy(admin: Api, change: Partial<PolicyDocument>): Promise<void> {
  const { body } = await admin.get<{ data: PolicyBody }>('clusterMaintenance:policy');
  const document = { ...DEFAULT_POLICY, ...change };
  const answer = await admin.post('clusterMaintenance:updatePolicy', { document, revision: body.data.revision });
  if (answer.status !== 200) throw new Error(`updatePolicy: ${answer.status} ${JSON.stringify(answer.body)}`);
}

export async function statusOf(admin: Api, node: ClusterNode): Promise<StatusBody | undefined> {
  return (await admin.at(node.url).get<{ data?: StatusBody }>('clusterMaintenance:status')).body.data;
}

/** Resolves when the operation that ended last is another one than before, and nothing runs. */
export async function operationAfter(epoch: number, { admin }: Stage, node: ClusterNode) {
  const ended = async () => {
    const body = await statusOf(admin, node);
    return body && !body.operation && (body.lastOperation?.epoch ?? 0) > epoch ? body.lastOperation : undefined;
  };
  return until(ended, PATIENCE, () => 'No operation has ended.');
}

export async function epochNow({ admin }: Stage, node: ClusterNode): Promise<number> {
  return (await statusOf(admin, node))?.lastOperation?.epoch ?? 0;
}

export async function auditOf(admin: Api): Promise<AuditBody['entries']> {
  return (await admin.get<{ data: AuditBody }>('clusterMaintenance:audit')).body.data.entries;
}

export function policyDialog(page: Page): Locator {
  return page.getByRole('dialog').filter({ hasText: 'pm:' });
}

/** Each language, both themes, both lanes and both widths at least once. */
export const POLICY_LOOKS = [
  {
    name: 'en',
    locale: 'en-US',
    theme: 'compact',
    size: WIDE,
    lane: '',
    policy: 'Rules',
    approvals: 'Waiting for approval',
  },
  { name: 'dark-zh-v2', locale: 'zh-CN', theme: 'dark', size: WIDE, lane: '/v', policy: '规则', approvals: '等待审批' },
  {
    name: 'narrow-uk',
    locale: 'uk-UA',
    theme: 'compact',
    size: NARROW,
    lane: '',
    policy: 'Правила',
    approvals: 'Чекають на схвалення',
  },
  {
    name: 'dark-narrow-en-v2',
    locale: 'en-US',
    theme: 'dark',
    size: NARROW,
    lane: '/v',
    policy: 'Rules',
    approvals: 'Waiting for approval',
  },
] as const;

/** Opens a tab of the page in another language, theme and window. */
export async function wearTab(
  stage: Stage,
  { page }: ClusterPage,
  { locale, theme, size, lane }: Pick<Look, 'locale' | 'theme' | 'size' | 'lane'>,
  { url, tab, says }: { readonly url: string; readonly tab: string; readonly says: string },
): Promise<void> {
  await chooseTheme(stage, theme, url);
  await page.evaluate((language) => localStorage.setItem('NOCOBASE_LOCALE', language), locale);
  await page.setViewportSize(size);
  await page.goto(`${url}${lane}${PAGE}?tab=${tab}`);
  await page.getByText(says).first().waitFor();
}

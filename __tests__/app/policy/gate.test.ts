import { describe, expect, it } from 'vitest';
import type { PolicyRefusal } from '../../../src/shared/policy-api';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { policyGate } from '../../../src/server/app/policy/gate';
import type { Policy } from '../../../src/server/app/policy/policy';
import { isDecided } from '../../../src/server/app/decision-scope';
import type { Approvals, Glass } from '../../../src/server/app/policy/contract';
import { contextOf, policyIn, store, type Sent } from './requests';

interface Outcome {
  readonly ran: boolean;
  readonly decided: boolean;
  readonly status: number;
  readonly reasons: readonly string[];
  readonly confirm: string;
}

async function send(policy: Policy, sent: Sent = {}): Promise<Outcome> {
  const ctx = contextOf(sent);
  let [ran, decided] = [false, false];
  await policyGate(policy)(ctx, async () => {
    [ran, decided] = [true, isDecided()];
    await Promise.resolve();
  });
  const [error] = (ctx.body as PolicyRefusal | undefined)?.errors ?? [];
  const reasons = error?.reasons?.map(({ code }) => code) ?? [];
  return { ran, decided, status: ctx.status, reasons, confirm: error?.prospect?.confirm ?? '' };
}

const yes = (confirm: string, reason = 'because'): Record<string, string> => ({
  'X-Maintenance-Confirm': confirm,
  'X-Maintenance-Reason': reason,
});

const withCompanions = (policy: Policy, companions: { approvals?: Approvals; glass?: Glass }): Policy => ({
  ...policy,
  companions: { ...policy.companions, ...companions },
});

describe('the gate of the policy', () => {
  it('lets what nobody has to decide about through, and never asks for the policy', async () => {
    const policy = policyIn();
    policy.store.read = () => Promise.reject(new Error('asked'));
    expect(await send(policy, { resource: 'posts', action: 'create' })).toMatchObject({ ran: true, decided: false });
    expect(await send(policy, { resource: 'pm', action: 'list' })).toMatchObject({ ran: true, decided: false });
  });

  it('asks, and lets the same request of the same person through once', async () => {
    const policy = policyIn();
    const { confirm, ...first } = await send(policy);
    expect(first).toMatchObject({ ran: false, status: 428, reasons: ['reason-needed'] });
    expect(await send(policy, { headers: yes(confirm) })).toMatchObject({ ran: true, decided: true });
    expect(await send(policy, { headers: yes(confirm) })).toMatchObject({ ran: false, status: 428 });
  });

  it.each<[string, Sent]>([
    ['another person', { user: 2 }],
    ['another action', { action: 'disable' }],
    ['another name', { params: { filterByTk: 'other' } }],
    ['a list of that name', { params: { filterByTk: ['charts'] } }],
    ['one field more', { params: { filterByTk: 'charts', force: true } }],
    ['another body', { params: { filterByTk: 'charts', values: { a: 1 } } }],
  ])('does not take the answer for %s', async (_what, changed) => {
    const policy = policyIn();
    const { confirm } = await send(policy);
    expect(await send(policy, { ...changed, headers: yes(confirm) })).toMatchObject({ ran: false, status: 428 });
    expect(await send(policy, { headers: yes(confirm) })).toMatchObject({ ran: true });
  });

  it('takes a text that is not encoded, and one that is', async () => {
    const policy = policyIn();
    await store(policy, { rules: [{ demand: 'name' }] });
    for (const name of ['charts', '%63harts']) {
      const { confirm, reasons } = await send(policy);
      expect(reasons).toEqual(['reason-needed', 'name-needed']);
      const headers = { ...yes(confirm, '100%'), 'X-Maintenance-Name': name };
      expect(await send(policy, { headers })).toMatchObject({ ran: true });
    }
  });

  it('lets one of many through that bring the same answer at the same moment', async () => {
    const policy = policyIn();
    const { confirm } = await send(policy);
    const all = await Promise.all(Array.from({ length: 20 }, () => send(policy, { headers: yes(confirm) })));
    expect(all.filter(({ ran }) => ran)).toHaveLength(1);
  });

  it('does not take an answer of another app, or one whose time is over', async () => {
    const [policy, other] = [policyIn(), policyIn(undefined, { APP_KEY: 'another' })];
    const { confirm } = await send(other);
    expect((await send(policy, { headers: yes(confirm) })).status).toBe(428);
    const { confirm: own } = await send(policy);
    const [, nonce = '', mac = ''] = own.split('.');
    const later = (Date.now() + 11 * 60_000).toString(36);
    for (const time of [(Date.now() - 1).toString(36), later, '', 'zzzzzzzzzz']) {
      expect((await send(policy, { headers: yes([time, nonce, mac].join('.')) })).status, time).toBe(428);
    }
  });

  it('agrees with another node on the key where the app has no secret', async () => {
    const one = policyIn(undefined, { APP_KEY: '' });
    const { store: shared } = one;
    const other = policyIn(shared as never, { APP_KEY: '' });
    const { confirm } = await send(one);
    expect(await send(other, { headers: yes(confirm) })).toMatchObject({ ran: true });
  });

  it('waits for another person where the policy says so, and takes an approval once', async () => {
    const policy = policyIn();
    await store(policy, { rules: [{ group: 'plugins', demand: 'approval' }] });
    let left = 1;
    const approvals: Approvals = {
      covers: (id, { subject }) => Promise.resolve(id === 'a1' && subject === 'charts'),
      take: () => Promise.resolve((left -= 1) >= 0 ? { approvedBy: 'Bob' } : undefined),
    };
    const approving = withCompanions(policy, { approvals });
    const { confirm, ...first } = await send(approving);
    expect(first).toMatchObject({ status: 428, reasons: ['approval-needed', 'reason-needed'] });
    expect((await send(approving, { headers: yes(confirm) })).reasons).toEqual(['approval-needed']);
    const headers = { 'X-Maintenance-Approval': 'a1' };
    const both = await Promise.all([send(approving, { headers }), send(approving, { headers })]);
    expect(both.filter(({ ran }) => ran)).toHaveLength(1);
  });

  it('gives what is to be approved back by its answer, to the same person alone', async () => {
    const policy = policyIn();
    await store(policy, { rules: [{ group: 'plugins', demand: 'approval' }] });
    const { confirm } = await send(policy, { params: { filterByTk: 'charts', values: { password: 'p' } } });
    const request = await policy.confirmations.read(confirm, { identity: 'user 1' });
    expect(request).toMatchObject({ action: 'pm:enable', subject: 'charts', person: { name: 'User 1' } });
    expect(request?.exact).toMatchObject({ params: { values: { password: 'p' } } });
    expect(request?.parameters).not.toContain('"p"');
    expect(await policy.confirmations.read(confirm, { identity: 'user 2' })).toBeUndefined();
    expect(await policy.confirmations.read(`${confirm}x`, { identity: 'user 1' })).toBeUndefined();
  });

  it('does not stop whoever has set it aside', async () => {
    const policy = policyIn();
    const glass: Glass = { brokenBy: () => Promise.resolve({ by: 'Ann', reason: 'fire' }) };
    await store(policy, { rules: [{ group: 'plugins', demand: 'deny' }] });
    expect(await send(policy)).toMatchObject({ ran: false, status: 403, reasons: ['denied'] });
    expect(await send(withCompanions(policy, { glass }))).toMatchObject({ ran: true });
  });

  it.each(['{', '{"version":1}', 'null', '[]', '{"version":1,"rules":[{"demand":"maybe"}]}'])(
    'denies everything risky when the document is %s, but not its repair or a way out',
    async (document) => {
      const policy = policyIn();
      await policy.store.write({ document, revision: 1, writtenBy: '', writtenAt: 1 });
      expect(await send(policy)).toMatchObject({ ran: false, status: 403, reasons: ['policy-error'] });
      for (const action of ['exit', 'resolve', 'cancel', 'updatePolicy', 'policy', 'status']) {
        expect(await send(policy, { resource: 'clusterMaintenance', action }), action).toMatchObject({ ran: true });
      }
    },
  );

  it('denies when the database does not say what the policy is', async () => {
    const policy = policyIn();
    policy.store.read = () => Promise.reject(new Error('no connection'));
    expect(await send(policy)).toMatchObject({ ran: false, status: 403, reasons: ['policy-error'] });
  });

  it('does not keep the file of an upload, and says so', async () => {
    const ctx = contextOf({
      resource: 'backups',
      action: 'upload',
      headers: { 'content-type': 'multipart/form-data' },
    });
    await policyGate(policyIn())(ctx, () => Promise.reject(new Error('ran')));
    expect((ctx.body as PolicyRefusal).errors[0].prospect).toMatchObject({ bringsFile: true, group: 'restore' });
  });

  it('does not ask about tables of other databases, but for the rows of plugins', async () => {
    const policy = policyIn();
    expect(await send(policy, { resource: 'collections', action: 'create', source: 'crm' })).toMatchObject({
      ran: true,
    });
    expect((await send(policy, { resource: 'applicationPlugins', action: 'update', source: 'crm' })).status).toBe(403);
  });

  it('asks nothing outside of production, but for the rows of plugins', async () => {
    const policy = policyIn(undefined, { APP_ENV: 'development' });
    expect(await send(policy)).toMatchObject({ ran: true, decided: true });
    expect((await send(policy, { resource: 'applicationPlugins', action: 'update' })).status).toBe(403);
  });
});

describe('what the gate costs', () => {
  const sensitive = { resource: 'users', action: 'update', params: { filterByTk: 2 } } as const;

  it('is one question to the database for many requests that end no operation, and one for each that does', async () => {
    const policy = policyIn();
    let reads = 0;
    const read = policy.store.read.bind(policy.store);
    policy.store.read = () => ((reads += 1), read());
    for (let time = 0; time < 20; time += 1) expect((await send(policy, sensitive)).ran).toBe(true);
    expect(reads).toBe(1);
    for (let time = 0; time < 3; time += 1) expect((await send(policy)).status).toBe(428);
    expect(reads).toBe(4);
  });

  it('goes by a rule that was saved here at once, also where it was asked a moment ago', async () => {
    const policy = policyIn();
    expect((await send(policy, sensitive)).ran).toBe(true);
    const document = JSON.stringify({ ...DEFAULT_POLICY, rules: [{ group: 'access', demand: 'deny' }] });
    const saving = policy.source.save({ document, revision: 1, writtenBy: 'Ann', writtenAt: 1 });
    await expect.poll(async () => (await send(policy, sensitive)).status).toBe(403);
    await saving;
  });

  it('is a row that stands in the database before what is exclusive begins, and only soon after for the rest', async () => {
    const policy = policyIn(undefined, { APP_ENV: 'development' });
    const { audit } = policy.kept;
    const written: string[] = [];
    const add = audit.note.bind(audit);
    audit.note = async (entry) => {
      const id = await add(entry);
      written.push(entry.action);
      return id;
    };
    const during = async (sent: Sent) => {
      let seen: readonly string[] = [];
      await policyGate(policy)(contextOf(sent), () => {
        seen = [...written];
        return Promise.resolve();
      });
      return seen;
    };
    expect(await during(sensitive)).toEqual([]);
    expect(await during({})).toEqual(['pm:enable']);
    const all = await audit.list({ limit: 10 });
    expect(all.map(({ action, result }) => [action, result])).toEqual([
      ['pm:enable', '404'],
      ['users:update', '404'],
    ]);
  });
});

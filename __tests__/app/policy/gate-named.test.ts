import { describe, expect, it } from 'vitest';
import type { PolicyRule } from '../../../src/shared/policy';
import type { PolicyRefusal } from '../../../src/shared/policy-api';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { policyActions } from '../../../src/server/app/policy/actions';
import { isDecided } from '../../../src/server/app/decision-scope';
import { policyGate } from '../../../src/server/app/policy/gate';
import type { Policy } from '../../../src/server/app/policy/policy';
import { contextOf, policyIn, store, type Sent } from './requests';

const REBUILD = { resource: 'reports', action: 'rebuild', params: { filterByTk: 'sales' } } as const;

async function send(policy: Policy, sent: Sent = REBUILD) {
  const ctx = contextOf(sent);
  let [ran, decided] = [false, false];
  await policyGate(policy)(ctx, () => {
    [ran, decided] = [true, isDecided()];
    return Promise.resolve();
  });
  const [error] = (ctx.body as PolicyRefusal | undefined)?.errors ?? [];
  return { ran, decided, status: ctx.status, error, reasons: error?.reasons?.map(({ code }) => code) ?? [] };
}

async function policyWith(...rules: readonly PolicyRule[]): Promise<Policy> {
  const policy = policyIn();
  await store(policy, { rules: [...DEFAULT_POLICY.rules, ...rules] });
  return policy;
}

describe('the action of a plugin that nobody here knows', () => {
  it('is free without a rule, and not remembered', async () => {
    const policy = policyIn();
    expect(await send(policy)).toMatchObject({ ran: true });
    expect(await policy.kept.audit.list({ limit: 10 })).toEqual([]);
  });

  it('is denied by a rule that names it, however it is written', async () => {
    const policy = await policyWith({ action: 'reports:rebuild', demand: 'deny' });
    expect(await send(policy)).toMatchObject({ ran: false, status: 403, reasons: ['denied'] });
    for (const changed of [
      { resource: 'reports.' },
      { resource: 'Reports' },
      { action: 'REBUILD' },
      { source: 'crm' },
    ]) {
      expect((await send(policy, { ...REBUILD, ...changed })).status, JSON.stringify(changed)).toBe(403);
    }
    expect(await send(policy, { ...REBUILD, action: 'print' })).toMatchObject({ ran: true });
    expect((await policy.kept.audit.list({ limit: 10 }))[0]).toMatchObject({
      action: 'reports:rebuild',
      result: '403',
    });
  });

  it('asks for a reason, and passes with it, but what it starts is asked about again', async () => {
    const policy = await policyWith({ action: 'reports:rebuild', demand: 'reason' });
    const { status, error } = await send(policy);
    expect(status).toBe(428);
    expect(error?.prospect).toMatchObject({ action: 'reports:rebuild', group: 'other', subject: 'sales', nodes: [] });
    const headers = { 'X-Maintenance-Confirm': error?.prospect.confirm ?? '', 'X-Maintenance-Reason': 'because' };
    expect(await send(policy, { ...REBUILD, headers })).toMatchObject({ ran: true, decided: false });
  });

  it('can wait for a second admin', async () => {
    const policy = await policyWith({ action: 'reports:rebuild', demand: 'approval' });
    const { error } = await send(policy);
    const [me, other] = [1, 2].map((id) => ({ name: `User ${id}`, identity: `user ${id}` }));
    if (!me || !other) throw new Error('nobody is there');
    const bound = await policy.confirmations.read(error?.prospect.confirm ?? '', me);
    if (!bound) throw new Error('the confirmation was not read');
    const asked = await policy.kept.approvals.request(bound, 'because');
    if (!asked.ok) throw new Error(asked.message);
    expect(asked.value.group).toBe('other');
    expect((await policy.kept.approvals.decide('approved', { id: asked.value.id }, other)).ok).toBe(true);
    const headers = { 'X-Maintenance-Approval': asked.value.id };
    expect(await send(policy, { ...REBUILD, headers })).toMatchObject({ ran: true });
    expect(await send(policy, { ...REBUILD, headers })).toMatchObject({ ran: false, status: 428 });
  });

  it('may be allowed only in windows', async () => {
    const policy = await policyWith({ action: 'reports:rebuild', demand: 'nothing', inWindows: true });
    expect(await send(policy)).toMatchObject({ status: 403, reasons: ['outside-windows'] });
  });

  it('is only remembered where the rule asks for nothing', async () => {
    const policy = await policyWith({ action: 'reports:rebuild', demand: 'nothing' });
    expect(await send(policy)).toMatchObject({ ran: true });
    expect((await policy.kept.audit.list({ limit: 10 }))[0]).toMatchObject({
      action: 'reports:rebuild',
      decision: 'allow',
    });
  });

  it('is not asked about where the rule is for other people', async () => {
    const policy = await policyWith({ action: 'reports:rebuild', demand: 'deny', role: 'editor' });
    expect(await send(policy)).toMatchObject({ ran: true });
  });

  it('is denied when the policy that named it can no longer be read, and others go on', async () => {
    const policy = await policyWith({ action: 'reports:rebuild', demand: 'nothing' });
    expect((await send(policy)).ran).toBe(true);
    policy.store.read = () => Promise.reject(new Error('no connection'));
    policy.source.forget();
    expect(await send(policy)).toMatchObject({ ran: false, status: 403, reasons: ['policy-error'] });
    expect(await send(policy, { ...REBUILD, action: 'print' })).toMatchObject({ ran: true });
  });

  it('is known to whoever asks before', async () => {
    const policy = await policyWith({ action: 'reports:rebuild', demand: 'reason' });
    const ask = async (action: string) => {
      const ctx = contextOf({ resource: 'clusterMaintenance', action: 'preflight', params: { action } });
      await policyActions(policy).preflight?.(ctx, () => Promise.resolve());
      return ctx.body;
    };
    expect(await ask('reports:rebuild')).toMatchObject({ group: 'other', verdict: { decision: 'ask' } });
    await expect(ask('reports:print')).rejects.toThrow('nothing to decide');
  });
});

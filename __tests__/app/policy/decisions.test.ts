import { beforeEach, describe, expect, it } from 'vitest';
import type {
  ApprovalRequest,
  ApprovalsBody,
  AuditBody,
  GlassBody,
  PolicyRefusal,
  QueuedAction,
} from '../../../src/shared/policy-api';
import { decisionActions } from '../../../src/server/app/policy/decision-actions';
import { decisionsOf } from '../../../src/server/app/policy/decisions';
import { policyGate } from '../../../src/server/app/policy/gate';
import type { Policy } from '../../../src/server/app/policy/policy';
import { contextOf, policyIn, store, type Sent } from './requests';

const ANNA = 1;
const BORIS = 2;
const HOUR = 3_600_000;

describe('what people decide, together with the gate', () => {
  let policy: Policy;
  beforeEach(() => {
    policy = policyIn();
  });

  /** What the gate makes of a request. */
  async function send(sent: Sent = {}): Promise<{ ran: boolean; status: number; codes: string[]; confirm: string }> {
    const ctx = contextOf(sent);
    let ran = false;
    await policyGate(policy)(ctx, async () => Promise.resolve((ran = true)));
    const [error] = (ctx.body as PolicyRefusal | undefined)?.errors ?? [];
    const codes = error?.reasons?.map(({ code }) => code) ?? [];
    return { ran, status: ctx.status, codes, confirm: error?.prospect?.confirm ?? '' };
  }

  /** The answer of an action of the resource; rejects with what was refused. */
  async function act<T>(action: string, user: number, values: object = {}, query: object = {}): Promise<T> {
    const ctx = contextOf({ resource: 'clusterMaintenance', action, params: { ...query, values }, user });
    const middleware = decisionActions(decisionsOf(policy))[action];
    if (!middleware) throw new Error(`There is no action ${action}.`);
    await middleware(ctx, () => Promise.resolve());
    return ctx.body as T;
  }

  const ask = async (user = ANNA) => {
    const { confirm } = await send({ user });
    return act<ApprovalRequest>('requestApproval', user, { confirm, reason: 'needed' });
  };
  const by = (approval: string, user = ANNA): Sent => ({ user, headers: { 'X-Maintenance-Approval': approval } });

  it('let an approved request pass once, and tell of it', async () => {
    await store(policy, { rules: [{ demand: 'approval' }] });
    const { id, state, isOwn } = await ask();
    expect([state, isOwn]).toEqual(['pending', true]);
    await expect(act('approve', ANNA, { id })).rejects.toMatchObject({ status: 409 });
    expect(await act<ApprovalsBody>('approvals', BORIS)).toMatchObject({
      waiting: 1,
      requests: [{ id, isOwn: false }],
    });
    await act('approve', BORIS, { id, comment: 'go on' });
    expect(await send(by(id, BORIS))).toMatchObject({ ran: false, status: 428 });
    expect(await send(by(id))).toMatchObject({ ran: true });
    expect(await send(by(id))).toMatchObject({ ran: false, status: 428 });
    const { entries } = await act<AuditBody>('audit', BORIS, {}, { action: 'pm:enable' });
    expect(entries.map(({ approvedBy }) => approvedBy).filter(Boolean)).toEqual(['User 2']);
    expect((await act<AuditBody>('audit', BORIS, {}, { action: 'clusterMaintenance:approve' })).entries).toMatchObject([
      { person: 'User 2', result: '200', approvalId: id },
      { person: 'User 1', decision: 'deny' },
    ]);
  });

  it('take a confirmation only from the one to whom it was given, and with a reason', async () => {
    await store(policy, { rules: [{ demand: 'approval' }] });
    const { confirm } = await send();
    const reason = 'needed';
    await expect(act('requestApproval', BORIS, { confirm, reason })).rejects.toMatchObject({ status: 409 });
    await expect(act('requestApproval', ANNA, { confirm: 'made up', reason })).rejects.toMatchObject({ status: 409 });
    await expect(act('requestApproval', ANNA, { confirm, reason: ' ' })).rejects.toMatchObject({ status: 400 });
    await expect(act('requestApproval', ANNA, {})).rejects.toMatchObject({ status: 409 });
    expect((await act<ApprovalsBody>('approvals', ANNA)).requests).toEqual([]);
    // Nobody could use it from there.
    const { entries } = await act<AuditBody>('audit', ANNA, {}, { limit: 100 });
    expect(JSON.stringify(entries)).not.toContain(confirm);
  });

  it('let somebody past the policy who breaks the glass, and nobody else', async () => {
    await store(policy, { rules: [{ demand: 'deny' }] });
    expect(await send()).toMatchObject({ ran: false, status: 403, codes: ['denied'] });
    await expect(act('breakGlass', ANNA, { reason: '' })).rejects.toMatchObject({ status: 400 });
    await expect(act('breakGlass', ANNA, { reason: 'fire', minutes: 'long' })).rejects.toMatchObject({ status: 400 });
    await act('breakGlass', ANNA, { reason: 'fire', minutes: 1 });
    expect(await send()).toMatchObject({ ran: true });
    expect(await send({ user: BORIS })).toMatchObject({ ran: false, status: 403 });
    expect((await act<GlassBody>('glass', BORIS)).broken).toMatchObject({ by: 'User 1', reason: 'fire', isOwn: false });
    expect(await act<GlassBody>('mendGlass', BORIS)).toEqual({});
    expect(await send()).toMatchObject({ ran: false, status: 403 });
    const { entries } = await act<AuditBody>('audit', BORIS, {}, { person: 'User 1' });
    expect(entries.filter(({ reasons }) => reasons.some(({ code }) => code === 'glass-broken'))).toHaveLength(2);
  });

  it('queue for the next window what can wait, and say when that is', async () => {
    const from = Date.now() + HOUR;
    const calendar = { zone: 'UTC', weekly: [], once: [{ from, to: from + HOUR }], freezes: [] };
    await store(policy, { rules: [{ demand: 'reason', inWindows: true }], calendar });
    const { confirm, status } = await send();
    expect(status).toBe(403);
    await expect(act('queue', BORIS, { confirm, reason: 'later' })).rejects.toMatchObject({ status: 409 });
    await expect(act('queue', ANNA, { confirm })).rejects.toMatchObject({ status: 400 });
    const waiting = await act<QueuedAction>('queue', ANNA, { confirm, reason: 'later' });
    expect(waiting).toMatchObject({ state: 'waiting', action: 'pm:enable', subject: 'charts', startsAt: from });
    expect(await act<readonly QueuedAction[]>('queued', BORIS)).toEqual([waiting]);
    await act('withdrawQueued', BORIS, { id: waiting.id });
    expect(await act<readonly QueuedAction[]>('queued', BORIS)).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('queue nothing that would never begin', async () => {
    const frozen = { from: Date.now() - HOUR, to: Date.now() + HOUR, reason: 'holidays' };
    const calendar = { zone: 'UTC', weekly: [], once: [], freezes: [frozen] };
    await store(policy, { rules: [{ demand: 'name' }], calendar });
    const { confirm } = await send();
    await expect(act('queue', ANNA, { confirm, reason: 'later' })).rejects.toMatchObject({ status: 409 });
    expect(await act('queue', ANNA, { confirm, reason: 'later', name: 'charts' })).toMatchObject({ state: 'waiting' });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type {
  ApprovalRequest,
  ApprovalsBody,
  GlassBody,
  PolicyRefusal,
  QueuedAction,
} from '../../../src/shared/policy-api';
import { decisionActions } from '../../../src/server/app/policy/decision-actions';
import { decisionsOf } from '../../../src/server/app/policy/decisions';
import { policyGate } from '../../../src/server/app/policy/gate';
import type { Policy } from '../../../src/server/app/policy/policy';
import { ManualClock } from '../../memory/manual-clock';
import { contextOf, policyIn, store, type Sent } from './requests';

const ANNA = 1;
const BORIS = 2;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** So long a confirmation counts. */
const LIFE = 10 * MINUTE;

describe('what the passing of time ends', () => {
  let clock: ManualClock;
  let policy: Policy;
  beforeEach(() => {
    clock = new ManualClock();
    policy = policyIn(undefined, {}, clock);
  });

  async function send(sent: Sent = {}): Promise<{ ran: boolean; status: number; codes: string[]; confirm: string }> {
    const ctx = contextOf(sent);
    let ran = false;
    await policyGate(policy)(ctx, async () => Promise.resolve((ran = true)));
    const [error] = (ctx.body as PolicyRefusal | undefined)?.errors ?? [];
    const codes = error?.reasons?.map(({ code }) => code) ?? [];
    return { ran, status: ctx.status, codes, confirm: error?.prospect?.confirm ?? '' };
  }

  async function act<T>(action: string, user: number, values: object = {}): Promise<T> {
    const ctx = contextOf({ resource: 'clusterMaintenance', action, params: { values }, user });
    const middleware = decisionActions(decisionsOf(policy))[action];
    if (!middleware) throw new Error(`There is no action ${action}.`);
    await middleware(ctx, () => Promise.resolve());
    return ctx.body as T;
  }

  const confirmed = (confirm: string): Sent => ({
    headers: { 'X-Maintenance-Confirm': confirm, 'X-Maintenance-Reason': 'because' },
  });
  const approvedBy = (id: string): Sent => ({ headers: { 'X-Maintenance-Approval': id } });

  describe('a confirmation', () => {
    it('counts until its last millisecond', async () => {
      const { confirm } = await send();
      clock.pass(LIFE - 1);
      expect(await send(confirmed(confirm))).toMatchObject({ ran: true });
    });

    it('counts no more after it, and the answer brings a new one', async () => {
      const { confirm } = await send();
      clock.pass(LIFE);
      const late = await send(confirmed(confirm));
      expect(late).toMatchObject({ ran: false, status: 428, codes: ['reason-needed'] });
      expect(await send(confirmed(late.confirm))).toMatchObject({ ran: true });
    });

    it('is not good a second time, however long one waits', async () => {
      const { confirm } = await send();
      expect(await send(confirmed(confirm))).toMatchObject({ ran: true });
      for (const wait of [1, LIFE - 2, LIFE, 2 * LIFE, DAY]) {
        clock.pass(wait);
        expect(await send(confirmed(confirm)), `after ${wait} ms`).toMatchObject({ ran: false, status: 428 });
      }
    });

    it('that is old asks no second admin and queues nothing', async () => {
      const from = clock.wall() + HOUR;
      const calendar = { zone: 'UTC', weekly: [], once: [{ from, to: from + HOUR }], freezes: [] };
      await store(policy, { rules: [{ demand: 'approval', inWindows: true }], calendar });
      const { confirm } = await send();
      clock.pass(LIFE);
      for (const action of ['requestApproval', 'queue']) {
        const late = act(action, ANNA, { confirm, reason: 'needed' });
        await expect(late, action).rejects.toMatchObject({ status: 409 });
      }
      expect((await act<ApprovalsBody>('approvals', BORIS)).requests).toEqual([]);
      expect(await act<readonly QueuedAction[]>('queued', BORIS)).toEqual([]);
    });
  });

  describe('an approval', () => {
    const ask = async () => {
      const { confirm } = await send();
      return (await act<ApprovalRequest>('requestApproval', ANNA, { confirm, reason: 'needed' })).id;
    };
    const stateOf = async (id: string) =>
      (await act<ApprovalsBody>('approvals', ANNA)).requests.find((request) => request.id === id)?.state;

    beforeEach(() => store(policy, { rules: [{ demand: 'approval' }] }));

    it('that nobody gave in three days cannot be given any more, and has to be asked for anew', async () => {
      const id = await ask();
      clock.pass(3 * DAY - 1);
      expect((await act<ApprovalsBody>('approvals', BORIS)).waiting).toBe(1);
      clock.pass(1);
      expect(await act<ApprovalsBody>('approvals', BORIS)).toMatchObject({
        waiting: 0,
        requests: [{ state: 'expired' }],
      });
      for (const action of ['approve', 'reject']) {
        await expect(act(action, BORIS, { id }), action).rejects.toMatchObject({ status: 409 });
      }
      await expect(act('withdrawApproval', ANNA, { id })).rejects.toMatchObject({ status: 409 });
      expect(await send(approvedBy(id))).toMatchObject({ ran: false, status: 428 });
      expect(await ask()).not.toBe(id);
    });

    it('that was given lets the request run for a day', async () => {
      const used = await ask();
      await act('approve', BORIS, { id: used });
      clock.pass(DAY - 1);
      expect(await send(approvedBy(used))).toMatchObject({ ran: true });
      const unused = await ask();
      await act('approve', BORIS, { id: unused });
      clock.pass(DAY);
      expect(await send(approvedBy(unused))).toMatchObject({
        ...{ ran: false, status: 428 },
        codes: expect.arrayContaining(['approval-needed']) as string[],
      });
      expect(await stateOf(unused)).toBe('expired');
    });

    it('that was given for some time lets it run from the first to the last millisecond of that', async () => {
      const times = { notBefore: clock.wall() + HOUR, notAfter: clock.wall() + 2 * HOUR };
      const early = await ask();
      await act('approve', BORIS, { id: early, ...times });
      expect(await send(approvedBy(early))).toMatchObject({ ran: false, status: 428 });
      clock.pass(HOUR - 1);
      expect(await send(approvedBy(early))).toMatchObject({ ran: false, status: 428 });
      clock.pass(1);
      expect(await send(approvedBy(early))).toMatchObject({ ran: true });
      const next = await ask();
      await act('approve', BORIS, { id: next, notAfter: times.notAfter });
      clock.pass(HOUR);
      expect(await send(approvedBy(next))).toMatchObject({ ran: false, status: 428 });
    });
  });

  it('the glass is whole again when its minutes are over', async () => {
    await store(policy, { rules: [{ demand: 'deny' }] });
    await act('breakGlass', ANNA, { reason: 'fire', minutes: 2 });
    clock.pass(2 * MINUTE - 1);
    expect(await send()).toMatchObject({ ran: true });
    clock.pass(1);
    expect(await send()).toMatchObject({ ran: false, status: 403, codes: ['denied'] });
    expect(await act<GlassBody>('glass', BORIS)).toEqual({});
  });

  it('a window closes, a freeze ends, and what was confirmed in a window counts no more outside of it', async () => {
    const now = clock.wall();
    const windows = [{ from: now, to: now + 5 * MINUTE }];
    const freezes = [{ from: now + HOUR, to: now + 2 * HOUR, reason: 'holidays' }];
    const rules = [{ demand: 'reason', inWindows: true } as const];
    await store(policy, { rules, calendar: { zone: 'UTC', weekly: [], once: windows, freezes } });
    const { confirm, status } = await send();
    expect(status).toBe(428);
    clock.pass(5 * MINUTE);
    expect(await send(confirmed(confirm))).toMatchObject({ ran: false, status: 403 });
    await store(policy, { rules: [{ demand: 'nothing' }], calendar: { zone: 'UTC', weekly: [], once: [], freezes } });
    expect(await send()).toMatchObject({ ran: true });
    clock.pass(HOUR - 5 * MINUTE);
    expect(await send()).toMatchObject({ ran: false, status: 403, codes: ['frozen'] });
    clock.pass(HOUR);
    expect(await send()).toMatchObject({ ran: true });
  });
});

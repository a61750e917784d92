import { describe, expect, it } from 'vitest';
import { policyGate } from '../../../src/server/app/policy/gate';
import { hostRefusals } from '../../../src/server/app/policy/host-refusals';
import type { Policy } from '../../../src/server/app/policy/policy';
import { contextOf, policyIn, store, type Sent } from './requests';

const PERMISSION = Object.assign(new Error('No permissions'), { status: 403 });

/** The host's rights stand between: they refuse, or let through to the policy. */
async function send(policy: Policy, sent: Sent, refused: Error | null = PERMISSION): Promise<void> {
  const ctx = contextOf(sent);
  const gate = policyGate(policy);
  const before = refusals.get(policy) ?? hostRefusals(policy);
  refusals.set(policy, before);
  await before(ctx, () => (refused ? Promise.reject(refused) : Promise.resolve(gate(ctx, () => Promise.resolve()))));
}
const refusals = new Map<Policy, ReturnType<typeof hostRefusals>>();

/** Nobody waits for them: first everything goes on that can. */
async function attempts(policy: Policy) {
  await new Promise((resolve) => setImmediate(resolve));
  return policy.kept.audit.list({ limit: 100 });
}

describe('what the rights of the host refuse', () => {
  it('is refused all the same, and remembered when it was risky', async () => {
    const policy = policyIn();
    const sent = { resource: 'users', action: 'update', params: { filterByTk: 2, values: { password: 'p' } }, user: 3 };
    await expect(send(policy, sent)).rejects.toBe(PERMISSION);
    const [attempt, ...others] = await attempts(policy);
    expect(attempt).toMatchObject({
      ...{ person: 'User 3', by: 'request', action: 'users:update', subject: '2', decision: 'deny', result: '403' },
      reasons: [{ code: 'host-refused', values: { action: 'users:update' } }],
    });
    expect(attempt?.parameters).not.toContain('"p"');
    expect(others).toEqual([]);
  });

  it('is not remembered when nobody would have had to decide about it', async () => {
    const policy = policyIn();
    for (const action of ['list', 'create']) await send(policy, { resource: 'posts', action }).catch(() => undefined);
    await send(policy, { resource: 'users', action: 'list' }).catch(() => undefined);
    expect(await attempts(policy)).toEqual([]);
  });

  it('is remembered when a rule names it', async () => {
    const policy = policyIn();
    await store(policy, { rules: [{ action: 'reports:rebuild', demand: 'reason' }] });
    await send(policy, { resource: 'reports', action: 'rebuild' }).catch(() => undefined);
    expect((await attempts(policy)).map(({ action }) => action)).toEqual(['reports:rebuild']);
  });

  it('is told once of somebody who tries the same again and again', async () => {
    const policy = policyIn();
    for (let time = 0; time < 20; time += 1) await send(policy, {}).catch(() => undefined);
    await send(policy, { user: 2 }).catch(() => undefined);
    expect((await attempts(policy)).map(({ person }) => person).sort()).toEqual(['User 1', 'User 2']);
  });

  it.each([
    ['an error of another kind', Object.assign(new Error('no row'), { status: 404 })],
    ['no error', null],
  ])('is nothing of it when there was %s', async (_what, error) => {
    const policy = policyIn();
    const sent = { resource: 'users', action: 'update', params: { filterByTk: 2 } };
    await send(policy, sent, error).catch(() => undefined);
    const reasons = (await attempts(policy)).flatMap((attempt) => attempt.reasons);
    expect(reasons).toEqual([]);
  });

  it('is told by the policy alone when a request has come as far as that', async () => {
    const policy = policyIn();
    const ctx = contextOf({ resource: 'users', action: 'update', params: { filterByTk: 2 } });
    const inner = () => policyGate(policy)(ctx, () => Promise.reject(PERMISSION)) as Promise<unknown>;
    await expect(hostRefusals(policy)(ctx, inner)).rejects.toBe(PERMISSION);
    expect(await attempts(policy)).toMatchObject([{ decision: 'allow', result: '403' }]);
  });
});

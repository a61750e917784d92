import type { ActionContext } from '@nocobase/server';
import { beforeEach, describe, expect, it } from 'vitest';
import type { HistoryBody } from '../../src/shared/api';
import { historyActions } from '../../src/server/app/history-action';
import { systemClock } from '../../src/server/core/clock';
import { createProcessDatabase } from '../../src/server/memory/database';
import { draftOf, ended } from '../contract/coordination-samples';

const { ledger } = createProcessDatabase(systemClock);
const { history } = historyActions({ ledger });

/** What the host hands to an action, as far as this one looks at it. */
async function ask(params: Record<string, unknown>): Promise<HistoryBody> {
  const ctx = {
    action: { params },
    body: undefined,
    throw: (status: number, { message }: { message: string }) => {
      throw new Error(`${status} ${message}`);
    },
  };
  await history?.(ctx as unknown as ActionContext, () => Promise.resolve());
  return ctx.body as unknown as HistoryBody;
}

describe('the history', () => {
  beforeEach(async () => {
    for (let epoch = 1; epoch <= 120; epoch += 1) {
      const draft = draftOf('a', { id: `operation ${epoch}`, kind: epoch % 2 === 0 ? 'backup' : 'upgrade' });
      await ledger.write(ended({ ...draft, epoch }, { result: epoch === 7 ? 'failed' : 'done' }));
    }
  });

  it('tells the newest twenty, and how many there are', async () => {
    const { operations, total } = await ask({});
    expect(operations.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 20 }, (_, index) => 120 - index));
    expect(total).toBe(120);
  });

  it('goes on below an epoch, a hundred at a time at most', async () => {
    const { operations } = await ask({ limit: '5000', beforeEpoch: '101' });
    expect(operations.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 100 }, (_, index) => 100 - index));
  });

  it('tells and counts only those of a kind and of a result', async () => {
    expect(await ask({ kind: 'upgrade', limit: 1 })).toMatchObject({ operations: [{ epoch: 119 }], total: 60 });
    expect(await ask({ state: 'failed' })).toMatchObject({ operations: [{ epoch: 7 }], total: 1 });
    expect(await ask({ state: 'open' })).toEqual({ operations: [], total: 0 });
  });

  it.each([{ kind: 'upgrades' }, { state: 'ok' }])('refuses a word that nobody knows: %j', async (params) => {
    await expect(ask(params)).rejects.toThrow(/^400 "(kind|state)" takes one of: /);
  });
});

import type { ActionContext, Middleware } from '@nocobase/server';
import { ERROR_CODES, type HistoryBody } from '../../shared/api';
import { OPERATION_KINDS, OPERATION_RESULTS } from '../../shared/domain';
import type { HistoryFilter, HistoryState } from '../../shared/history';
import type { Ledger } from '../ports';

export interface HistoryActionDeps {
  readonly ledger: Ledger;
}

const LIMIT = { usual: 20, most: 100 };
const STATES: readonly HistoryState[] = [...OPERATION_RESULTS, 'open'];

/** `clusterMaintenance:history`: what was done, newest first, page by page. */
export function historyActions({ ledger }: HistoryActionDeps): Record<string, Middleware> {
  return {
    history: async (ctx, next) => {
      ctx.body = await history(ctx, ledger);
      await next();
    },
  };
}

async function history(ctx: ActionContext, ledger: Ledger): Promise<HistoryBody> {
  const kind = wordOf(ctx, 'kind', OPERATION_KINDS);
  const state = wordOf(ctx, 'state', STATES);
  const filter: HistoryFilter = { ...(kind && { kind }), ...(state && { state }) };
  const limit = Math.min(numberOf(ctx, 'limit') ?? LIMIT.usual, LIMIT.most);
  const [operations, total] = await Promise.all([
    ledger.history(limit, numberOf(ctx, 'beforeEpoch'), filter),
    ledger.count(filter),
  ]);
  return { operations, total };
}

/** A word that nobody knows would look as if there were no such operation. */
function wordOf<Word extends string>(ctx: ActionContext, name: string, words: readonly Word[]): Word | undefined {
  const value: unknown = ctx.action.params[name];
  if (value === undefined || value === '') return undefined;
  const known = words.find((word) => word === value);
  if (known) return known;
  return ctx.throw(400, { code: ERROR_CODES.invalid, message: `"${name}" takes one of: ${words.join(', ')}.` });
}

function numberOf({ action }: ActionContext, name: string): number | undefined {
  const value = Number(action.params[name]);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

import type { ActionContext, Middleware } from '@nocobase/server';
import { ERROR_CODES } from '../../../shared/api';
import { DELIVERY_STATES, type DeliveriesBody } from '../../../shared/news';
import type { Dispatcher } from './dispatcher';

export interface NewsActionDeps {
  readonly news: Dispatcher | undefined;
}

/** `deliveries` and `redeliver` of the resource: what people were told, and what never arrived. */
export function newsActions({ news }: NewsActionDeps): Readonly<Record<string, Middleware>> {
  return {
    deliveries: async (ctx, next) => {
      const { state } = ctx.action.params as { state?: unknown };
      const wanted = DELIVERY_STATES.find((one) => one === state) ?? 'dead';
      ctx.body = { deliveries: (await news?.list(wanted)) ?? [] } satisfies DeliveriesBody;
      await next();
    },
    redeliver: async (ctx, next) => {
      const { id } = (ctx.action.params.values ?? {}) as { id?: unknown };
      if (typeof id !== 'string' || !(await news?.redeliver(id))) return unknown(ctx);
      ctx.body = { message: 'It is tried again.' };
      await next();
    },
  };
}

function unknown(ctx: ActionContext): never {
  return ctx.throw(404, { code: ERROR_CODES.invalid, message: 'There is no dead delivery with this id.' });
}

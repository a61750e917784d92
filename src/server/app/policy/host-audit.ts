import type { ActionContext, Application, AuditedAction } from '@nocobase/server';
import { RESOURCE } from '../../../shared/api';
import { ACTION_RIGHTS } from '../../../shared/rights';
import { riskyActions } from '../../core/policy/risks';
import { maskedJson } from '../../core/masking';

/** The host's audit takes no other names. */
const NAME = /^[\w-]+:[\w-]+$/;

/**
 * NocoBase's own audit hears of what people do here, and of everything that the policy decides about, unless its plugin has
 * said so already. It would store each request as it came: passwords and confirmations are masked.
 */
export function registerAudit(
  { auditManager }: Pick<Application, 'auditManager'>,
  mask: (text: string) => string,
): void {
  if (!auditManager) return;
  const own = Object.keys(ACTION_RIGHTS)
    .filter((action) => ACTION_RIGHTS[action] !== 'see')
    .map((action) => `${RESOURCE}:${action}`);
  const names = [...new Set([...own, ...riskyActions()])].filter((name) => NAME.test(name));
  const unheard = names.filter((name) => {
    const [resource = '', action = ''] = name.split(':');
    return auditManager.getAction(action, resource) === null;
  });
  auditManager.registerActions(
    unheard.map((name): AuditedAction => ({ name, getMetaData: (ctx) => masked(ctx, mask) })),
  );
}

async function masked(ctx: ActionContext, mask: (text: string) => string): Promise<object> {
  const { body, query, params } = ctx.request as Readonly<Record<string, unknown>>;
  const safe = (value: unknown) => (value == null ? undefined : maskedJson(value, mask));
  return Promise.resolve({
    request: { body: safe(body), query: safe(query), params: safe(params) },
    // An answer may hold a `confirm`, or the row of somebody else.
    response: { body: null },
  });
}

import type { ActionContext, Middleware } from '@nocobase/server';
import type { Risk } from '../../core/policy/risks';
import { boundRequestOf } from './bound-request';
import { statusOf } from './outcome';
import type { Policy } from './policy';
import { risksFor } from './request-risk';

/** Requests that have come as far as the policy: what becomes of them is told there. */
const met = new WeakSet<ActionContext>();

export function meetsPolicy(ctx: ActionContext): void {
  met.add(ctx);
}

/** Who tries it again and again would push everything else out of the audit: told once in this time, in milliseconds. */
const AGAIN_AFTER = 60_000;
const REMEMBERED = 1_000;

/**
 * Remembers what was risky and refused by the host's own rights, which stand before the policy. Stands before them, and only
 * looks at how they end.
 */
export function hostRefusals(policy: Policy): Middleware {
  const told = new Map<string, number>();
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      // Whoever is refused does not wait for it; it never rejects.
      if (statusOf(error) === 403 && !met.has(ctx)) void noteRefusal(ctx, policy, told);
      throw error;
    }
  };
}

async function noteRefusal(ctx: ActionContext, policy: Policy, told: Map<string, number>): Promise<void> {
  const [worst] = await risksFor(policy, ctx);
  if (worst) note(ctx, policy, worst, told);
}

function note(ctx: ActionContext, { companions, mask, clock }: Policy, risk: Risk, told: Map<string, number>): void {
  const { action, subject, person, parameters } = boundRequestOf(ctx, risk, mask);
  const key = `${person.identity} ${action}`;
  const now = clock.monotonic();
  if (now - (told.get(key) ?? -Infinity) < AGAIN_AFTER) return;
  if (told.size >= REMEMBERED) told.clear();
  told.set(key, now);
  const reasons = [{ code: 'host-refused', values: { action } }] as const;
  const attempt = { person: person.name, by: 'request', action, subject, parameters, decision: 'deny' } as const;
  companions.audit.noteSoon({ ...attempt, reasons, result: '403' });
}

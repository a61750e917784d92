import type { ActionContext } from '@nocobase/server';
import { DECISIONS, DEMANDS } from '../../../shared/policy';
import type { Risk } from '../../core/policy/risks';
import { judge } from './judge';
import type { Policy } from './policy';
import { rolesOf } from './request-risk';

/** Of several things that one request does, the one that most stands against: whoever gets that may do all of them. */
export async function strictest(ctx: ActionContext, policy: Policy, risks: readonly Risk[]): Promise<Risk | undefined> {
  const weights = await Promise.all(risks.map((risk) => weightOf(ctx, policy, risk)));
  return risks[weights.indexOf(Math.max(...weights))];
}

async function weightOf(ctx: ActionContext, policy: Policy, risk: Risk): Promise<number> {
  const mayOperate = policy.companions.mayOperate(ctx, risk);
  const { verdict, demand } = await judge(policy.judgeDeps, { risk, subject: '', roles: rolesOf(ctx), mayOperate });
  return DECISIONS.indexOf(verdict({}).decision) * DEMANDS.length + (demand ? DEMANDS.indexOf(demand) : 0);
}

import type { ActionContext, Middleware } from '@nocobase/server';
import { ERROR_CODES } from '../../../shared/api';
import type { PolicyBody, Prospect } from '../../../shared/policy-api';
import { sentence } from '../../core/errors';
import { DEFAULT_POLICY } from '../../core/policy/defaults';
import { readPolicy } from '../../core/policy/document';
import { listedActions, namedBy, rulesOfOthers } from '../../core/policy/named';
import { personOf } from '../person';
import { riskNamed } from './groups';
import { judge } from './judge';
import type { Policy } from './policy';
import { prospectOf } from './prospect';
import { rolesOf } from './rights';

/** `policy`, `updatePolicy` and `preflight` of the resource. */
export function policyActions(policy: Policy): Readonly<Record<string, Middleware>> {
  const all = { policy: show, updatePolicy: update, preflight };
  return Object.fromEntries(Object.entries(all).map(([name, act]) => [name, middleware(act, policy)]));
}

function middleware(act: (ctx: ActionContext, policy: Policy) => Promise<object>, policy: Policy): Middleware {
  return async (ctx, next) => {
    ctx.body = await act(ctx, policy);
    await next();
  };
}

async function show(_ctx: ActionContext, { source, environment }: Policy): Promise<PolicyBody> {
  const { document = DEFAULT_POLICY, revision, stored, readOnlyBy, problem } = await source.current();
  return {
    document,
    revision,
    ...(stored ? { writtenBy: stored.writtenBy, writtenAt: stored.writtenAt } : {}),
    ...(readOnlyBy === undefined ? {} : { readOnlyBy }),
    ...(problem === undefined ? {} : { problem }),
    environment,
    known: listedActions(),
  };
}

async function update(ctx: ActionContext, policy: Policy): Promise<PolicyBody> {
  const { source, clock } = policy;
  const { document, revision } = (ctx.action.params.values ?? {}) as Readonly<Record<string, unknown>>;
  if (source.readOnlyBy !== undefined) {
    return refused(ctx, 409, `The policy is set by ${source.readOnlyBy} and cannot be changed here.`);
  }
  const read = readPolicy(document);
  if (!read.ok) return refused(ctx, 400, read.problem);
  if (!isRevision(revision)) return refused(ctx, 400, '"revision" is the one that was edited.');
  const text = JSON.stringify(read.policy);
  const next = { document: text, revision: revision + 1, writtenBy: personOf(ctx).name, writtenAt: clock.wall() };
  const outcome = await source.save(next).catch((error: unknown) => {
    return refused(ctx, 503, `The policy could not be stored: ${sentence(error)}`);
  });
  if (outcome === 'moved')
    return refused(ctx, 409, 'Somebody else has changed the policy meanwhile: look at it again.');
  return show(ctx, policy);
}

/** What would happen if it was asked for now, by this person. */
async function preflight(ctx: ActionContext, policy: Policy): Promise<Prospect> {
  const { action, subject } = ctx.action.params;
  const risk = typeof action === 'string' ? (riskNamed(action) ?? (await riskOfOther(ctx, policy, action))) : undefined;
  if (!risk) return refused(ctx, 400, `There is nothing to decide about "${String(action)}".`);
  const about = { risk, subject: typeof subject === 'string' ? subject : '' };
  const mayOperate = policy.companions.mayOperate(ctx, risk);
  const judgement = await judge(policy.judgeDeps, { ...about, roles: rolesOf(ctx), mayOperate });
  const brokenGlass = await policy.companions.glass.brokenBy(personOf(ctx));
  const verdict = judgement.verdict(brokenGlass ? { brokenGlass } : {});
  return prospectOf(policy.prospectDeps, { ...about, verdict, bringsFile: false });
}

/** Of an action that no list knows, where a rule names it for this person. */
async function riskOfOther(ctx: ActionContext, { source, environment }: Policy, name: string) {
  const { document } = await source.current();
  const named = namedBy(rulesOfOthers(document?.rules ?? []), { environment, roles: rolesOf(ctx) });
  const at = name.lastIndexOf(':');
  return at < 0 ? undefined : named(name.slice(0, at), name.slice(at + 1));
}

function isRevision(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function refused(ctx: ActionContext, status: number, message: string): never {
  const code = status === 400 ? ERROR_CODES.invalid : status === 503 ? ERROR_CODES.offline : ERROR_CODES.refused;
  return ctx.throw(status, { code, message });
}

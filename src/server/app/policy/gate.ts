import type { ActionContext, Middleware } from '@nocobase/server';
import { ERROR_CODES } from '../../../shared/api';
import type { Verdict } from '../../../shared/policy';
import { POLICY_ERROR_CODES, type Prospect } from '../../../shared/policy-api';
import { verdictSentence } from '../../core/policy/sentences';
import type { Risk } from '../../core/policy/risks';
import { isHard, type Given } from '../../core/policy/verdict';
import { withinDecision } from '../decision-scope';
import { busy, refusal, refuse, type Refusal } from '../refusals';
import { boundRequestOf, bringsFile } from './bound-request';
import type { BoundRequest } from './contract';
import { meetsPolicy } from './host-refusals';
import { judgeAll, type Judgement } from './judge';
import { statusOf } from './outcome';
import type { Policy } from './policy';
import { prospectOf } from './prospect';
import { risksFor, startsCommands } from './request-risk';
import { rolesOf } from './rights';
import { headerOf } from './headers';

/** What a request brought along, as far as it counts. */
interface Brought {
  readonly given: Given;
  readonly confirm?: string;
  readonly approval?: string;
}

interface Decision {
  readonly verdict: Verdict;
  readonly brought: Brought;
  readonly approvedBy?: string;
}

/**
 * Asks the policy about every risky action of the API, whichever way it came into the app: it stands behind the host's own
 * look at rights, and before everything that would begin an operation. What is not risky costs one look into a map.
 */
export function policyGate(policy: Policy): Middleware {
  return async (ctx, next) => {
    const risks = await risksFor(policy, ctx);
    const [worst] = risks;
    return worst ? pass(ctx, policy, { worst, risks }, next) : next();
  };
}

/** What a request risks: by the worst of it people know what they are asked about. */
interface Risks {
  readonly worst: Risk;
  readonly risks: readonly Risk[];
}

async function pass(
  ctx: ActionContext,
  policy: Policy,
  { worst, risks }: Risks,
  next: () => Promise<unknown>,
): Promise<void> {
  meetsPolicy(ctx);
  const request = boundRequestOf(ctx, worst, policy.mask);
  const mayOperate = risks.every((risk) => policy.companions.mayOperate(ctx, risk));
  const asking = { subject: request.subject, roles: rolesOf(ctx), mayOperate };
  const judgement = await judgeAll(policy.judgeDeps, risks, asking);
  const decision = await decide(ctx, policy, request, judgement);
  if (decision.verdict.decision === 'allow') {
    return run(ctx, policy, { risk: worst, request, judgement, decision }, next);
  }
  const refused = await refusalOf(ctx, policy, { risk: worst, request, judgement, verdict: decision.verdict });
  refuse(ctx, refused);
  const entry = entryOf(request, judgement, decision);
  await policy.companions.audit.note({ ...entry, result: String(refused.status) });
}

/** What was brought is taken only when it suffices; somebody else may take the same in that moment. */
async function decide(
  ctx: ActionContext,
  policy: Policy,
  request: BoundRequest,
  judgement: Judgement,
): Promise<Decision> {
  const { glass, approvals } = policy.companions;
  const brought = await broughtBy(ctx, policy, request);
  const verdict = judgement.verdict(brought.given);
  if (verdict.decision !== 'allow') {
    const brokenGlass = await glass.brokenBy(request.person);
    if (!brokenGlass) return { verdict, brought };
    const given = { ...brought.given, brokenGlass: { by: brokenGlass.by, reason: brokenGlass.reason } };
    return { verdict: judgement.verdict(given), brought: { given } };
  }
  const { confirm, approval } = brought;
  if (confirm !== undefined && !(await policy.confirmations.use(confirm))) return nothingBrought(judgement);
  if (approval === undefined) return { verdict, brought };
  const taken = await approvals.take(approval, request);
  return taken ? { verdict, brought, approvedBy: taken.approvedBy } : nothingBrought(judgement);
}

function nothingBrought(judgement: Judgement): Decision {
  return { verdict: judgement.verdict({}), brought: { given: {} } };
}

/** A reason counts from whoever has seen what it is asked for, or has been approved. */
async function broughtBy(ctx: ActionContext, policy: Policy, request: BoundRequest): Promise<Brought> {
  const [confirm, approval] = [headerOf(ctx, 'confirm'), headerOf(ctx, 'approval')];
  const approved = approval !== undefined && (await policy.companions.approvals.covers(approval, request));
  const confirmed = confirm !== undefined && (await policy.confirmations.fits(confirm, request));
  if (!approved && !confirmed) return { given: {} };
  const reason = headerOf(ctx, 'reason') ?? (approved ? `Approved request ${approval}.` : undefined);
  const name = headerOf(ctx, 'name');
  return {
    given: { ...(reason === undefined ? {} : { reason }), ...(name === undefined ? {} : { name }), approved },
    ...(confirmed ? { confirm } : {}),
    ...(approved ? { approval } : {}),
  };
}

interface Allowed {
  readonly risk: Risk;
  readonly request: BoundRequest;
  readonly judgement: Judgement;
  readonly decision: Decision;
}

async function run(ctx: ActionContext, policy: Policy, allowed: Allowed, next: () => Promise<unknown>): Promise<void> {
  const { audit } = policy.companions;
  const { brokenGlass } = allowed.decision.brought.given;
  if (brokenGlass) ctx.state.brokenGlass = brokenGlass.reason;
  const entry = entryOf(allowed.request, allowed.judgement, allowed.decision);
  // The log has it at once. What somebody has to answer for stands in the database before it begins; nobody waits for the rest.
  const id = weighs(allowed) ? await audit.note(entry) : audit.noteSoon(entry);
  const conclude = (status: unknown) => {
    const header = ctx.res.getHeader('X-Maintenance-Operation');
    audit.concludeSoon(id, String(status), typeof header === 'string' ? header : undefined);
  };
  try {
    await (startsCommands(allowed.risk) ? withinDecision(next) : next());
    conclude(ctx.status);
  } catch (error) {
    conclude(statusOf(error));
    throw error;
  }
}

/** What stops every node or every write, and what the policy would not have let through by itself. */
function weighs({ risk, decision: { brought, approvedBy } }: Allowed): boolean {
  const { class: word } = risk;
  return (
    word === 'exclusive' || word === 'quiet' || brought.given.brokenGlass !== undefined || approvedBy !== undefined
  );
}

function entryOf(request: BoundRequest, { demand }: Judgement, { verdict, brought, approvedBy }: Decision) {
  const { action, subject, person, parameters } = request;
  const { given, approval } = brought;
  return {
    person: person.name,
    by: 'request' as const,
    action,
    subject,
    parameters,
    decision: verdict.decision,
    demand,
    reasons: verdict.reasons,
    ...(given.reason === undefined ? {} : { reason: given.reason }),
    ...(approval === undefined ? {} : { approvalId: approval }),
    ...(approvedBy === undefined ? {} : { approvedBy }),
  };
}

interface Refused {
  readonly risk: Risk;
  readonly request: BoundRequest;
  readonly judgement: Judgement;
  readonly verdict: Verdict;
}

/** 409 while another operation runs and nothing else stands against it, 428 to be sent again, 403 otherwise. */
async function refusalOf(ctx: ActionContext, policy: Policy, refused: Refused): Promise<Refusal> {
  const { risk, request, judgement, verdict } = refused;
  const only = (...codes: string[]) =>
    verdict.reasons.every(({ code }) => codes.includes(code) || !isHard(code)) && verdict.decision === 'deny';
  if (only('operation-running')) return busy(judgement.record);
  const message = `${risk.action}: ${verdictSentence(verdict)}`;
  if (only('operation-running', 'coordination-offline')) return refusal(503, ERROR_CODES.offline, message);
  const asks = verdict.decision === 'ask' || verdict.decision === 'approve';
  const confirm = verdict.decision === 'deny' ? undefined : await policy.confirmations.seal(request);
  if (confirm !== undefined) await policy.confirmations.keep(confirm, request);
  const { subject } = request;
  const about = { risk, subject, verdict, confirm, bringsFile: bringsFile(ctx) };
  const prospect: Prospect = await prospectOf(policy.prospectDeps, about);
  const code = asks ? POLICY_ERROR_CODES.confirmationRequired : POLICY_ERROR_CODES.denied;
  return refusal(asks ? 428 : 403, code, message, { reasons: verdict.reasons, prospect });
}

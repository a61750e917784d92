import { RESOURCE } from '../../../shared/api';
import type { OperationRecord } from '../../../shared/domain';
import { DEMANDS, type Demand, type Environment, type Verdict } from '../../../shared/policy';
import { sentence } from '../../core/errors';
import { DEFAULT_POLICY } from '../../core/policy/defaults';
import type { Risk } from '../../core/policy/risks';
import { ruleFor } from '../../core/policy/rules';
import { both, maintenanceOf, verdictOf, type Circumstances, type Given } from '../../core/policy/verdict';
import type { CurrentPolicy, PolicySource } from './source';
import { lookFor, type SightDeps } from './sight';

export interface JudgeDeps extends SightDeps {
  readonly source: PolicySource;
  readonly environment: Environment;
}

export interface Asking {
  readonly risk: Risk;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly mayOperate: boolean;
}

/** One question, looked at once: what is brought along may be weighed in several ways. */
export interface Judgement {
  /** What the rule that counts asks for; `deny` where the policy cannot be read. */
  readonly demand: Demand;
  /** The operation that runs. */
  readonly record?: OperationRecord | undefined;
  verdict(given: Given): Verdict;
}

/**
 * Ways out of trouble, and the repair of the policy: a policy that cannot be read does not keep anybody from them. Who has
 * the right for them is not its business.
 */
const ALWAYS: readonly string[] = ['exit', 'cancel', 'resolve', 'declareStopped', 'letIn', 'updatePolicy'].map(
  (action) => `${RESOURCE}:${action}`,
);

/** The answer to "may this begin now?" with everything that it stands on. Never rejects: in doubt it denies. */
export async function judge(deps: JudgeDeps, asking: Asking): Promise<Judgement> {
  return judgeBy(await deps.source.current(), deps, asking);
}

async function judgeBy(current: CurrentPolicy, deps: JudgeDeps, asking: Asking): Promise<Judgement> {
  const document = current.document ?? (ALWAYS.includes(asking.risk.action) ? DEFAULT_POLICY : undefined);
  if (!document) return withoutPolicy(deps, asking, current);
  try {
    const { environment } = deps;
    const { circumstances, record } = await lookFor(deps, asking.risk, document.conditions);
    const question = { ...asking, environment };
    return {
      demand: ruleFor(document.rules, asking.risk, question).demand,
      record,
      verdict: (given) => verdictOf(document, { ...question, given }, circumstances),
    };
  } catch (error) {
    return withoutPolicy(deps, asking, { ...current, problem: sentence(error) });
  }
}

/** The same for a request that risks several things at once: each has to be allowed. */
export async function judgeAll(
  deps: JudgeDeps,
  risks: readonly Risk[],
  asking: Omit<Asking, 'risk'>,
): Promise<Judgement> {
  const { source } = deps;
  const current = await (risks.some(becomesOperation) ? source.current() : source.recent());
  const all = await Promise.all(risks.map((risk) => judgeBy(current, deps, { ...asking, risk })));
  return {
    demand: all.map(({ demand }) => demand).reduce((a, b) => (DEMANDS.indexOf(b) > DEMANDS.indexOf(a) ? b : a)),
    record: all.find(({ record }) => record)?.record,
    verdict: (given) => all.map((judgement) => judgement.verdict(given)).reduce(both),
  };
}

/** Such things are seldom and take long: for them the database is asked each time. */
function becomesOperation(risk: Risk): boolean {
  return maintenanceOf(risk) !== 'none' || risk.class === 'exclusive';
}

/** Denies, except to whoever has set the policy aside. */
function withoutPolicy(deps: JudgeDeps, asking: Asking, { problem = 'nobody knows why' }: CurrentPolicy): Judgement {
  const { risk } = asking;
  const error = { code: 'policy-error', values: { error: problem } } as const;
  const denied: Verdict = { decision: 'deny', maintenance: maintenanceOf(risk), reasons: [error] };
  const now: Circumstances = { now: deps.clock.wall(), work: [], missingNodes: [], differentNodes: [] };
  const question = { ...asking, environment: deps.environment };
  return {
    demand: 'deny',
    verdict: (given) => (given.brokenGlass ? verdictOf(DEFAULT_POLICY, { ...question, given }, now) : denied),
  };
}

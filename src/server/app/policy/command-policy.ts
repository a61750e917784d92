import type { Application, MaintainingEvent } from '@nocobase/server';
import { ERROR_CODES } from '../../../shared/api';
import type { Verdict } from '../../../shared/policy';
import { POLICY_ERROR_CODES } from '../../../shared/policy-api';
import { MaintenanceError, sentence } from '../../core/errors';
import { verdictSentence } from '../../core/policy/sentences';
import { riskOfCommand, type Risk } from '../../core/policy/risks';
import { isHard } from '../../core/policy/verdict';
import { holderSentence } from '../../core/sentences';
import { operator } from '../cli/operator';
import { hasTicket, isOwnCommand } from '../command-scope';
import { commandArguments, commandOptions, withoutFolder } from '../command-words';
import { isDecided } from '../decision-scope';
import { boundCommand } from './bound-request';
import { COMMAND_OPTIONS, COMMAND_VARIABLES, givenByVariables, givenToCommand } from './command-options';
import type { CommandGiven } from './command-options';
import type { BoundRequest } from './contract';
import { judge, type Judgement } from './judge';
import type { Policy } from './policy';

/** What a command of the host is asked about, in this process: the running app, or one of its own. */
export class CommandPolicy {
  /** The attempt that stands in the audit, until its command ends. */
  private noted: { readonly name: string; readonly id: string } | undefined;

  constructor(
    private readonly policy: Policy,
    /** `app`: commands come from another process, so the environment of this one says nothing of them. */
    private readonly role: 'app' | 'command',
  ) {}

  /** Resolves when the command may begin. Throws only what the host survives. */
  async begin(app: Application, { command }: MaintainingEvent): Promise<void> {
    const options = commandOptions(app);
    const risk = command && riskOfCommand(command.name, options);
    if (!risk || isOwnCommand() || hasTicket() || isDecided()) return;
    const words = commandArguments(app);
    const typed = { words, subject: words.map(withoutFolder).join(', '), options };
    const request = boundCommand(risk, typed, operator(), this.policy.mask);
    const given = { ...(this.role === 'command' ? givenByVariables(process.env) : {}), ...givenToCommand(app) };
    const id = await this.decide(risk, request, given, { words });
    this.noted = { name: command.name, id };
  }

  /**
   * Of a command of our own that runs `words`. Resolves with what tells the audit how it ended; throws why it may not begin.
   */
  async beginRun(
    risk: Risk,
    words: readonly string[],
    given: CommandGiven,
  ): Promise<(result: string) => Promise<void>> {
    const typed = { words, subject: words[0] ?? '', options: risk.class === 'quiet' ? { scope: 'writes' } : {} };
    const request = boundCommand(risk, typed, operator(), this.policy.mask);
    const all = { ...givenByVariables(process.env), ...given };
    const scope = risk.class === 'quiet' ? ['--scope', 'writes'] : [];
    const id = await this.decide(risk, request, all, {
      words: scope,
      behind: ['--', ...words],
      reasonFlag: '--reason',
    });
    return (result) => this.policy.companions.audit.conclude(id, result);
  }

  async ended({ command, error }: MaintainingEvent): Promise<void> {
    const { noted } = this;
    if (!noted || noted.name !== command?.name) return;
    this.noted = undefined;
    await this.policy.companions.audit.conclude(noted.id, error ? `failed: ${sentence(error)}` : 'done');
  }

  private async decide(risk: Risk, request: BoundRequest, given: CommandGiven, typed: Typed) {
    const asking = { risk, subject: request.subject, roles: [], mayOperate: true };
    const judgement = await judge(this.policy.judgeDeps, asking);
    const weighed = await weigh(this.policy, judgement, request, given);
    const { verdict } = weighed;
    const allowed = verdict.decision === 'allow';
    const id = await this.policy.companions.audit.note({
      ...entryOf(request, judgement, weighed, given),
      ...(allowed ? {} : { result: 'refused' }),
    });
    if (!allowed) throw await this.refusal({ request, judgement, verdict, given, ...typed });
    return id;
  }

  private async refusal(refused: Refused): Promise<MaintenanceError> {
    const { request, judgement, verdict } = refused;
    const standing = standingRefusal(request, judgement, verdict);
    if (standing) return standing;
    const asks = verdict.decision === 'ask' || verdict.decision === 'approve';
    const code = asks ? POLICY_ERROR_CODES.confirmationRequired : POLICY_ERROR_CODES.denied;
    const how = asks ? await this.wayOn(refused) : '';
    return new MaintenanceError(code, asks ? 428 : 403, `${request.action}: ${verdictSentence(verdict)} ${how}`.trim());
  }

  /** The exact command to type. */
  private async wayOn({ request, verdict, given, words, behind = [], ...flags }: Refused): Promise<string> {
    const has = (code: string) => verdict.reasons.some((reason) => reason.code === code);
    const { reason, name, approval } = COMMAND_OPTIONS;
    const typed = ['yarn nocobase', ...request.action.split('.'), ...words];
    const subject = request.subject === '' ? request.action : request.subject;
    const filed =
      has('approval-needed') && given.reason !== undefined
        ? await this.policy.companions.requestApproval(request, given.reason)
        : undefined;
    const more = [
      `${flags.reasonFlag ?? reason.flag} ${given.reason ?? 'WHY'}`,
      ...(has('name-needed') || has('name-wrong') ? [`${name.flag} ${subject}`] : []),
      ...(has('approval-needed') ? [`${approval.flag} ${filed ?? 'ID'}`] : []),
    ];
    const asked = filed === undefined ? '' : `The request ${filed} waits for another admin; when it is approved: `;
    // The host's own command line takes this one apart, and passes no options on.
    const variable = request.action === 'upgrade' ? ` (or set ${COMMAND_VARIABLES.reason})` : '';
    return `${asked}${asked ? '' : 'Type: '}${[...typed, ...more, ...behind].join(' ')}${variable}`;
  }
}

/** How it is typed, for the one who has to type it once more. */
interface Typed {
  readonly words: readonly string[];
  /** What stands behind all options. */
  readonly behind?: readonly string[];
  /** Where it is another one than other commands take. */
  readonly reasonFlag?: string;
}

interface Refused extends Typed {
  readonly request: BoundRequest;
  readonly judgement: Judgement;
  readonly verdict: Verdict;
  readonly given: CommandGiven;
}

interface Weighed {
  readonly verdict: Verdict;
  readonly approvedBy?: string;
}

/** Whoever types a reason with the command has said yes; an approval is taken only when it suffices. */
export async function weigh(
  policy: Policy,
  judgement: Judgement,
  request: BoundRequest,
  { approval, ...rest }: CommandGiven,
): Promise<Weighed> {
  const { approvals, glass } = policy.companions;
  const approved = approval !== undefined && (await approvals.covers(approval, request));
  const verdict = judgement.verdict({ ...rest, approved });
  if (verdict.decision !== 'allow') {
    const broken = await glass.brokenBy(request.person);
    if (!broken) return { verdict };
    return { verdict: judgement.verdict({ ...rest, approved, brokenGlass: { by: broken.by, reason: broken.reason } }) };
  }
  if (!approved) return { verdict };
  const taken = await approvals.take(approval, request);
  return taken ? { verdict, approvedBy: taken.approvedBy } : { verdict: judgement.verdict(rest) };
}

function entryOf(request: BoundRequest, { demand }: Judgement, { verdict, approvedBy }: Weighed, given: CommandGiven) {
  const { action, subject, person, parameters } = request;
  return {
    person: person.name,
    by: 'command' as const,
    action,
    subject,
    parameters,
    decision: verdict.decision,
    demand,
    reasons: verdict.reasons,
    ...(given.reason === undefined ? {} : { reason: given.reason }),
    ...(given.approval === undefined ? {} : { approvalId: given.approval }),
    ...(approvedBy === undefined ? {} : { approvedBy }),
  };
}

/** Another operation, or a store that is away, and nothing else says no. */
function standingRefusal(
  { action }: BoundRequest,
  { record }: Judgement,
  { reasons }: Verdict,
): MaintenanceError | undefined {
  const hard = reasons.filter(({ code }) => isHard(code));
  const offline = hard.find(({ code }) => code === 'coordination-offline');
  if (hard.length !== 1) return undefined;
  if (offline) {
    const message = `${action} needs the coordination, which is offline: ${offline.values.problem}`;
    return new MaintenanceError(ERROR_CODES.offline, 503, message);
  }
  if (!record || hard[0]?.code !== 'operation-running') return undefined;
  const message = `${holderSentence(record)} (${record.phase}). Try again when it has ended.`;
  return new MaintenanceError(ERROR_CODES.inProgress, 409, message);
}

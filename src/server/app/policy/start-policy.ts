import { sentence } from '../../core/errors';
import { riskOfCommand } from '../../core/policy/risks';
import { verdictSentence } from '../../core/policy/sentences';
import { isHard } from '../../core/policy/verdict';
import { hashOf } from './bound-request';
import { COMMAND_VARIABLES, givenByVariables } from './command-options';
import { weigh } from './command-policy';
import type { ReasonCode, Verdict } from '../../../shared/policy';
import type { BoundRequest } from './contract';
import { judge } from './judge';
import type { Policy } from './policy';

/** What a start waits for anyhow, with words of its own; and what stops nobody. */
const BY_THE_DOOR: readonly ReasonCode[] = ['operation-running', 'coordination-offline', 'glass-broken'];

/** What a start is asked about that would have to change the database: nobody is there to answer. */
export class StartPolicy {
  private said: string | undefined;

  constructor(private readonly policy: Policy) {}

  /** Why it must not begin now, in one sentence; undefined: it may. To be asked again and again while it waits. */
  async refusal(kind: 'install' | 'upgrade', subject: string): Promise<string | undefined> {
    const risk = riskOfCommand(kind);
    if (!risk) return undefined;
    const person = { name: 'start-up', identity: 'start-up' };
    const exact = { command: kind, words: [subject] };
    const request: BoundRequest = { action: kind, subject, person, hash: hashOf(exact), parameters: '{}', exact };
    const given = givenByVariables(process.env);
    const judgement = await judge(this.policy.judgeDeps, { risk, subject, roles: [], mayOperate: true });
    const { verdict } = await weigh(this.policy, judgement, request, given);
    const against = verdict.reasons.filter(({ code }) => !BY_THE_DOOR.includes(code));
    const refusal = against.length === 0 ? undefined : sentenceOf(kind, { ...verdict, reasons: against });
    await this.note(request, verdict, refusal).catch((error: unknown) => sentence(error));
    return refusal;
  }

  /** Once for each thing that it says. */
  private async note({ action, subject, parameters }: BoundRequest, verdict: Verdict, refusal: string | undefined) {
    if (this.said === (refusal ?? '')) return;
    this.said = refusal ?? '';
    const { decision, reasons } = verdict;
    const result = refusal === undefined ? 'begun' : 'waits';
    const entry = { person: 'start-up', by: 'start', action, subject, parameters, decision, reasons, result } as const;
    await this.policy.companions.audit.note(entry);
  }
}

function sentenceOf(kind: 'install' | 'upgrade', verdict: Verdict): string {
  const asks = verdict.reasons.every(({ code }) => !isHard(code)) && verdict.nextWindow === undefined;
  const how = asks ? ` Start it with ${COMMAND_VARIABLES.reason} set, or run: yarn nocobase ${kind}` : '';
  const why = verdictSentence(verdict);
  return `This start must ${kind} the database, and the policy does not let it: ${why}${how}`;
}

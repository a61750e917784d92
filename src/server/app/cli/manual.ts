import { readEntry } from '../../core/entry';
import { holderSentence, manualSentence } from '../../core/sentences';
import type { EnterOutcome, Person } from '../../maintenance/manual';
import type { Parts } from '../parts';
import type { CliOutcome, Options } from './outcome';
import { textOf, told } from './outcome';

export const ALONE =
  'Without Redis this command does not reach the app: it runs in a process of its own. Use the page "Cluster maintenance".';

/** Enters manual maintenance from a shell: this process leads until every node has stopped, and is not needed any more. */
export async function enter({ manual, agent, coordination }: Parts, options: Options, by: Person): Promise<CliOutcome> {
  const { scope, reason, message, expires, open } = options;
  const expiresInSeconds = expires === undefined ? undefined : Number(expires);
  const read = readEntry({
    scope,
    reason: textOf(reason),
    message: textOf(message),
    expiresInSeconds,
    openNode: textOf(open),
  });
  if (!read.ok) return told({ ok: false, refusal: read.problem });
  if (coordination.mode === 'single') return told({ ok: false, refusal: ALONE });
  const problem = coordination.problem();
  if (problem !== undefined) throw new Error(problem);
  // To be seen, and to see when somebody cancels it.
  agent.start();
  const outcome = await manual.enter(read.entry, by);
  if (outcome.outcome !== 'entered') return told({ ok: false, refusal: refusalOf(outcome) });
  const { record } = outcome;
  const text = `${manualSentence(record)}\nTo end it: yarn nocobase maintenance exit --operation ${record.id}`;
  return { text, json: { ok: true, operation: record }, code: 0 };
}

/** Without a name it is the one that is under way: nobody else's is ended without `--override` either way. */
export async function exit({ manual, coordination }: Parts, options: Options, by: Person): Promise<CliOutcome> {
  if (coordination.mode === 'single') return told({ ok: false, refusal: ALONE });
  const operationId = options.operation ?? (await manual.current())?.id ?? '';
  const reason = textOf(options.reason) ?? '';
  return told(await manual.exit({ operationId, by, override: options.override === true, reason }));
}

function refusalOf(outcome: Exclude<EnterOutcome, { readonly outcome: 'entered' }>): string {
  if (outcome.outcome !== 'busy') return outcome.reason;
  return outcome.record ? holderSentence(outcome.record) : 'Another operation is just beginning; try again.';
}

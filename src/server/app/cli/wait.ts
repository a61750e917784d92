import { writeSync } from 'node:fs';
import type { OperationRecord, RosterEntry } from '../../../shared/domain';
import { isOver } from '../../core/node-machine';
import { sentence } from '../../core/errors';
import type { Parts } from '../parts';
import { EXIT, told, type CliOutcome, type Options } from './outcome';

/** What a script waits for. */
export interface Wish {
  /** The end of this operation, instead of that of whatever runs. */
  readonly operation?: string | undefined;
  /** So many nodes have to serve; undefined: all that are there, and one at least. */
  readonly nodes?: number | undefined;
}

export interface Sight {
  /** The running or last operation. */
  readonly record: OperationRecord | undefined;
  /** The one that was asked for by its id, wherever it is kept. */
  readonly asked?: OperationRecord | undefined;
  /** Undefined: nobody can say (single-node mode). */
  readonly roster: readonly RosterEntry[] | undefined;
}

export type Judgement = { readonly waits: string } | { readonly code: number; readonly text: string };

type WaitParts = Pick<Parts, 'coordination' | 'ledger' | 'clock'>;

const USUAL_SECONDS = 300;
const LONGEST_SECONDS = 86_400;
/** A hint comes sooner. */
const LOOK_EVERY = 500;

/** Waits until the cluster is at rest, or an operation has ended, and says by its exit code how that went. */
export async function wait(parts: WaitParts, options: Options, say: Say = toErrors): Promise<CliOutcome> {
  const wish = { operation: options.operation, nodes: numberOf(options.nodes) };
  const seconds = numberOf(options.timeout) ?? USUAL_SECONDS;
  const problem = problemWith(options, seconds);
  if (problem !== undefined) return told({ ok: false, refusal: problem });
  return until(parts, wish, seconds * 1000, options.json === true ? () => {} : say);
}

/** Of what is waited for, whenever that changes; where errors go, because a script may read the other. */
type Say = (line: string) => void;

const toErrors: Say = (line) => void writeSync(2, `${line}\n`);

async function until(parts: WaitParts, wish: Wish, patience: number, say: Say): Promise<CliOutcome> {
  const { clock, coordination } = parts;
  const giveUp = clock.monotonic() + patience;
  for (let said = ''; ;) {
    const nap = new AbortController();
    // From before the look: what happens meanwhile is not missed.
    const forget = coordination.bus.onHint(() => nap.abort());
    const { judgement, record, error } = await lookOnce(parts, wish);
    const late = clock.monotonic() >= giveUp;
    if (!('waits' in judgement) || late) forget();
    if (!('waits' in judgement)) return outcomeOf(judgement, record);
    if (late && error !== undefined) throw error;
    if (late)
      return outcomeOf({ code: EXIT.late, text: `Not within ${patience / 1000} s: ${judgement.waits}` }, record);
    if (judgement.waits !== said) say((said = judgement.waits));
    await clock.sleep(Math.min(LOOK_EVERY, giveUp - clock.monotonic()), nap.signal);
    forget();
  }
}

interface Looked {
  readonly judgement: Judgement;
  readonly record: OperationRecord | undefined;
  /** Nobody could be asked this time. */
  readonly error?: Error;
}

async function lookOnce(parts: WaitParts, wish: Wish): Promise<Looked> {
  try {
    const seen = await look(parts, wish);
    return { judgement: judge(wish, seen), record: seen.asked ?? seen.record };
  } catch (error) {
    const why = parts.coordination.problem() ?? sentence(error);
    return { judgement: { waits: why }, record: undefined, error: new Error(why) };
  }
}

/** Without Redis the app is another process, and only the database tells of it. */
async function look({ coordination, ledger }: WaitParts, { operation }: Wish): Promise<Sight> {
  const single = coordination.mode === 'single';
  const [record, roster] = await Promise.all([
    single ? ledger.latest() : coordination.state.read(),
    single ? undefined : coordination.state.roster(),
  ]);
  if (operation === undefined) return { record, roster };
  return { record, roster, asked: record?.id === operation ? record : await ledger.find(operation) };
}

/** What a script needs to know: whether to wait on, or how it ended. */
export function judge(wish: Wish, sight: Sight): Judgement {
  const record = wish.operation === undefined ? sight.record : sight.asked;
  if (wish.operation !== undefined && !record) {
    return { code: EXIT.refused, text: `There is no operation "${wish.operation}".` };
  }
  if (record && !isOver(record)) return unfinished(record);
  if (wish.operation !== undefined && record?.result !== 'done') {
    return { code: EXIT.otherwise, text: endSentence(record) };
  }
  return atRest(wish, sight, record);
}

function unfinished(record: OperationRecord): Judgement {
  const { id, kind, phase, leader, waitingFor, reason } = record;
  // Nothing will happen by itself.
  if (phase === 'held') return { code: EXIT.otherwise, text: `${kind} (${id}) is held. ${reason ?? ''}`.trim() };
  const names = waitingFor.length > 0 ? `, waits for ${waitingFor.join(', ')}` : '';
  return { waits: `${kind} by ${leader.name} is ${phase}${names}.` };
}

function atRest({ operation, nodes }: Wish, { roster }: Sight, record: OperationRecord | undefined): Judgement {
  const end = operation === undefined ? 'No operation is under way' : endSentence(record).replace(/\.$/, '');
  if (!roster) return { code: EXIT.done, text: `${end}.` };
  // A named operation is over with its end, unless nodes were asked for, too.
  if (operation !== undefined && nodes === undefined) return { code: EXIT.done, text: `${end}.` };
  const servers = roster.filter(({ role }) => role === 'app');
  const serving = servers.filter(({ phase }) => phase === 'serving').length;
  const wanted = nodes ?? Math.max(1, servers.length);
  if (serving >= wanted) return { code: EXIT.done, text: `${end}; ${serving} of ${servers.length} nodes serve.` };
  const rest = servers.filter(({ phase }) => phase !== 'serving').map(({ name, phase }) => `${name} is ${phase}`);
  return { waits: `${serving} of ${wanted} nodes serve${rest.length > 0 ? `: ${rest.join(', ')}` : ''}.` };
}

function endSentence(record: OperationRecord | undefined): string {
  if (!record) return 'No operation is known.';
  const { id, kind, result, reason } = record;
  return `${kind} (${id}) ended ${result ?? 'well'}.${reason ? ` ${reason}` : ''}`;
}

function outcomeOf(
  end: { readonly code: number; readonly text: string },
  operation: OperationRecord | undefined,
): CliOutcome {
  const { code, text } = end;
  return { code, text, json: { ok: code === EXIT.done, code, message: text, operation: operation ?? null } };
}

function problemWith({ nodes, timeout }: Options, seconds: number): string | undefined {
  if (nodes !== undefined && !((numberOf(nodes) ?? 0) >= 1)) return '"--nodes" takes a number of nodes, at least 1.';
  const fits = timeout === undefined || (numberOf(timeout) !== undefined && seconds <= LONGEST_SECONDS);
  return fits ? undefined : `"--timeout" takes a whole number of seconds, at most ${LONGEST_SECONDS}.`;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

import { MaintenanceError, sentence } from '../../core/errors';
import { RUN_COMMAND } from '../../core/policy/risk-list';
import { riskOfCommand, type Risk } from '../../core/policy/risks';
import type { Parts } from '../parts';
import { givenToRun } from '../policy/command-options';
import { runWork, type WorkRequest } from '../work/run-work';
import { runChild } from './child';
import { ALONE } from './manual';
import { EXIT, textOf, told, type CliOutcome, type Options } from './outcome';

/** Longer names are no names. */
const LONGEST = 200;

type RunParts = Pick<Parts, 'agent' | 'coordinator' | 'coordination' | 'clock'> & {
  readonly commandPolicy: Pick<Parts['commandPolicy'], 'beginRun'>;
};

/** What the command did, and what became of the operation around it. */
interface Ran {
  readonly code: number;
  readonly result: string;
  /** Others may have been inside the database with it. */
  readonly lost: boolean;
}

/**
 * Runs a command of the shell as work that has to be alone: every node drains, then the command runs, then all load anew.
 * With `--scope writes` only what writes stops, and nothing is loaded anew. The policy is asked first.
 */
export async function run(
  parts: RunParts,
  words: readonly string[],
  options: Options,
  by: string,
): Promise<CliOutcome> {
  const mode = modeOf(options.scope ?? 'all');
  const what = (textOf(options.reason) ?? '').trim();
  const problem = problemWith(parts, words, what);
  if (!mode || problem !== undefined) return refused(problem ?? '"--scope" takes "all" or "writes".');
  const asked = askedToEnd();
  let conclude: ((result: string) => Promise<void>) | undefined;
  try {
    conclude = await parts.commandPolicy.beginRun(riskOf(mode), words, givenToRun({ ...options }));
    // To be seen, and to see when somebody cancels it.
    parts.agent.start();
    const request = { kind: 'work', mode, what, requestedBy: by, signal: asked.signal } as const;
    const ran = await perform(parts, request, words, options.json === true);
    await conclude(ran.code === 0 ? ran.result : `ended with code ${ran.code}`);
    return outcomeOf(ran);
  } catch (error) {
    await conclude?.(`failed: ${sentence(error)}`);
    if (!(error instanceof MaintenanceError)) throw error;
    // It has run, and was not alone to its end.
    const code = error.code === 'MAINTENANCE_LOST' ? EXIT.otherwise : EXIT.notRun;
    return { ...told({ ok: false, refusal: error.message }), code };
  } finally {
    asked.forget();
  }
}

function riskOf(mode: WorkRequest['mode']): Risk {
  const risk = riskOfCommand(RUN_COMMAND);
  if (!risk) throw new Error(`Nothing says what ${RUN_COMMAND} risks.`);
  return { ...risk, class: mode };
}

function modeOf(scope: string): WorkRequest['mode'] | undefined {
  if (scope === 'all') return 'exclusive';
  return scope === 'writes' ? 'quiet' : undefined;
}

async function perform(parts: RunParts, request: WorkRequest, words: readonly string[], aside: boolean): Promise<Ran> {
  const { clock } = parts;
  let end: (result: string) => void = () => {};
  const settled = new Promise<string>((resolve) => (end = resolve));
  const deps = { ...parts, onLead: () => {}, onSettled: (result: string) => end(result) };
  let code = 0;
  let lost = false;
  const failed = new CommandFailed();
  try {
    await runWork(deps, request, async ({ signal }) => {
      code = await runChild(words, { signal, aside, clock });
      lost = signal.aborted && request.signal?.aborted !== true;
      failed.message = `The command ended with code ${code}.`;
      if (code !== 0) throw failed;
    });
  } catch (error) {
    if (error !== failed) throw error;
  }
  return { code, result: await settled, lost };
}

class CommandFailed extends Error {}

function problemWith({ coordination }: RunParts, words: readonly string[], reason: string): string | undefined {
  if (words.length === 0) return 'Give the command behind "--": maintenance run --reason WHY -- COMMAND.';
  if (reason === '') return '"--reason" says in a few words what is going to be done; it cannot be empty.';
  if (reason.length > LONGEST) return `"--reason" is too long: ${LONGEST} characters at most.`;
  return coordination.mode === 'single' ? ALONE : coordination.problem();
}

/** Ctrl-C and supervisors: before the command has begun it does not begin, afterwards it is asked to end. */
function askedToEnd(): { readonly signal: AbortSignal; readonly forget: () => void } {
  const asked = new AbortController();
  const onSignal = () => asked.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  const forget = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  return { signal: asked.signal, forget };
}

/** The command did not begin: no code of its own can be told. */
function refused(refusal: string): CliOutcome {
  return { ...told({ ok: false, refusal }), code: EXIT.notRun };
}

function outcomeOf({ code, result, lost }: Ran): CliOutcome {
  if (lost) {
    const refusal = `The command was not alone to its end, and was ended (code ${code}). See "maintenance status".`;
    return { ...told({ ok: false, refusal }), code: EXIT.otherwise };
  }
  const well = code === 0 && result === 'done';
  const text = well
    ? 'Every node serves again.'
    : `The command ended with code ${code}; the operation ended ${result}.`;
  return { text, json: { ok: well, code, result }, code: code === 0 && !well ? EXIT.otherwise : code };
}

import { writeSync } from 'node:fs';
import { sentence } from '../../core/errors';
import { EXIT, type CliOutcome } from './outcome';

/** Runs a command, prints what it has to say and sets the exit code. */
export async function performInShell(run: () => Promise<CliOutcome>, json: boolean): Promise<void> {
  try {
    const outcome = await run();
    print(1, json ? JSON.stringify(outcome.json) : outcome.text);
    process.exitCode = outcome.code;
  } catch (error) {
    const message = sentence(error);
    print(json ? 1 : 2, json ? JSON.stringify({ ok: false, unreachable: true, refusal: message }) : message);
    process.exitCode = EXIT.unreachable;
  }
}

/** Straight to the stream: the process may end before a buffered line is out. */
function print(stream: 1 | 2, text: string): void {
  writeSync(stream, `${text}\n`);
}

// Steps with visible progress, and running other programs.
import { spawn } from 'node:child_process';

const startedAt = performance.now();
const HEARTBEAT_MS = 10_000;

export function say(text) {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`[${seconds} s] ${text}\n`);
}

/** An error whose message is all that a person needs to see. */
export class Refusal extends Error {}

/** Runs a step that may take long: one line when it begins, one each ten seconds, one when it is done. */
export async function step(title, work) {
  say(`${title} …`);
  const begun = performance.now();
  const elapsed = () => `${Math.round((performance.now() - begun) / 1000)} s`;
  const heartbeat = setInterval(() => say(`${title}: still at it (${elapsed()})`), HEARTBEAT_MS);
  try {
    await work();
    say(`${title}: done (${elapsed()})`);
  } finally {
    clearInterval(heartbeat);
  }
}

/** Runs npm; an install that goes on after its command was killed would meet the next one in the same folder. */
export function npm(args, cwd) {
  const withParent = new URL('with-parent.mjs', import.meta.url).href;
  return run('npm', args, { cwd, env: { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${withParent}` } });
}

/** Runs a program quietly; what it printed is shown only when it fails. */
export function run(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (output += chunk));
    }
    child.once('error', (error) => reject(new Refusal(`Cannot run ${command}: ${error.message}`)));
    child.once('exit', (code) => {
      if (code === 0) {
        resolve(output);
      } else {
        const end = output.trimEnd().split('\n').slice(-30).join('\n');
        reject(new Refusal(`\`${[command, ...args].join(' ')}\` failed with exit code ${code}:\n${end}`));
      }
    });
  });
}

// `npm run try:newcomer [-- FOLDER]`: the path of somebody who has never seen this project, with a clock. A fresh clone
// without node_modules, `npm run demo`, sign in, and the first operation on the page. It downloads all that a newcomer has
// to; Chromium has to be there (`node tools/bootstrap.mjs services`).
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, say, step } from '../bootstrap/steps.mjs';
import { lookAround } from './browser.mjs';

const root = join(import.meta.dirname, '..', '..');
const PATIENCE = 900_000;

async function main([folder = mkdtempSync(join(tmpdir(), 'newcomer-'))]) {
  if (existsSync(join(folder, 'package.json'))) throw new Error(`${folder} is not empty.`);
  await step('git clone', () => run('git', ['clone', '--quiet', root, folder]));
  const demo = startDemo(folder);
  try {
    await step('npm run demo', () => demo.ready);
    await lookAround(folder, demo.told());
  } finally {
    await step('Ctrl-C', () => demo.stop());
  }
  rmSync(folder, { recursive: true, force: true });
}

/** As in a terminal: with all that it starts in one group, which Ctrl-C reaches as a whole. */
function startDemo(folder) {
  const child = spawn('npm', ['run', 'demo'], { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let output = '';
  const ready = new Promise((resolve, reject) => {
    const hear = (chunk) => {
      process.stdout.write(chunk);
      output += chunk;
      if (output.includes('Stop:')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void ended.then((code) => reject(new Error(`The demo ended with ${code}.`)));
    setTimeout(() => reject(new Error('The demo takes too long.')), PATIENCE).unref();
  });
  const stop = async () => {
    if (child.exitCode === null) process.kill(-child.pid, 'SIGINT');
    await ended;
  };
  return { ready, stop, told: () => output };
}

try {
  await main(process.argv.slice(2));
  say('a newcomer has seen it work');
} catch (error) {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
}

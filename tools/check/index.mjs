/**
 * `npm run check`: types, lint, format, import rules, foreign addresses, lock file. Needs node_modules and nothing else.
 * All parts run side by side; each prints only what is wrong. One name as argument runs that part alone.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const require = createRequire(import.meta.url);

/** The file behind a command of an installed package. Spawning it directly saves npx a second per part. */
function bin(packageName, command) {
  const manifest = require.resolve(`${packageName}/package.json`);
  const { bin: bins } = require(manifest);
  return join(dirname(manifest), typeof bins === 'string' ? bins : bins[command]);
}

const tsc = (project) => [bin('typescript', 'tsc'), '-p', `tsconfig.${project}.json`];

const PARTS = {
  lint: () => [bin('eslint', 'eslint'), '--max-warnings=0', '.'],
  // A file's format depends on nothing but itself, so a cache is safe here; typed lint rules have no such luck.
  format: () => [
    bin('prettier', 'prettier'),
    '--check',
    '--log-level=warn',
    '--cache',
    '--cache-strategy=content',
    '.',
  ],
  'types:server': () => tsc('server'),
  'types:client': () => tsc('client'),
  'types:tools': () => tsc('tools'),
  imports: () => [depcruise(), '--config', '.dependency-cruiser.cjs', 'src', 'tools', '__tests__'],
  addresses: () => [join(root, 'tools/check/addresses.mjs')],
  lockfile: () => [join(root, 'tools/check/lockfile.mjs')],
};

/** dependency-cruiser exports no package.json, so its command is found next to its main file. */
function depcruise() {
  return join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
}

function run(name) {
  const started = performance.now();
  const child = spawn(process.execPath, PARTS[name](), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(Buffer.concat(output).toString());
      resolve(code === 0);
    });
  });
}

const wanted = process.argv.slice(2);
const names = Object.keys(PARTS).filter((name) => wanted.length === 0 || wanted.includes(name.split(':')[0]));
if (names.length === 0) {
  console.error(
    `No such part. Parts are: ${[...new Set(Object.keys(PARTS).map((name) => name.split(':')[0]))].join(', ')}.`,
  );
  process.exit(2);
}
const results = await Promise.all(names.map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;

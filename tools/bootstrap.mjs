// Makes a machine ready for a command of this project and then runs it: `node tools/bootstrap.mjs demo -- --nodes 5`.
// It uses nothing but Node itself, because it must work in a fresh clone. What is there already is left as it is.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withLock } from './bootstrap/lock.mjs';
import { ensureDependencies, ensureHost } from './bootstrap/packages.mjs';
import { ensurePlugin } from './bootstrap/plugin.mjs';
import { ensureServices } from './bootstrap/services.mjs';
import { Refusal, say } from './bootstrap/steps.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const withParent = join(root, 'tools', 'bootstrap', 'with-parent.mjs');
const OLDEST_NODE = 20;
const SERVERS = ['postgres', 'redis', 'openssl'];

/** What each command needs. Commands with a script NAME:run in package.json are run afterwards. */
const COMMANDS = {
  demo: { services: SERVERS, host: true, plugin: true },
  test: { services: [...SERVERS, 'mariadb', 'pgbouncer', 'chromium'], host: true, plugin: true },
  'test:unit': { services: [...SERVERS, 'mariadb', 'pgbouncer', 'chromium'] },
  'test:cluster': { services: [...SERVERS, 'mariadb'], host: true, plugin: true },
  'test:browser': { services: [...SERVERS, 'chromium'], host: true, plugin: true },
  'test:model': {},
  'test:chaos': { services: [...SERVERS, 'mariadb'], host: true, plugin: true },
  'test:traffic': { services: [...SERVERS, 'nginx', 'haproxy'], host: true, plugin: true },
  bench: { services: SERVERS, host: true, plugin: true },
  host: { host: true },
  plugin: { plugin: true },
  services: { services: [...SERVERS, 'mariadb', 'pgbouncer', 'chromium'] },
};

async function main([name, ...rest]) {
  const needs = COMMANDS[name];
  if (!needs) {
    throw new Refusal(`Unknown command ${name ?? '(none)'}: one of ${Object.keys(COMMANDS).join(', ')}.`);
  }
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new Refusal(`Node ${OLDEST_NODE} or newer is needed; this is ${process.version}.`);
  }
  mkdirSync(join(root, '.host'), { recursive: true });
  await withLock(join(root, '.host', 'bootstrap.lock'), async () => {
    await ensureDependencies(root);
    await ensureServices(needs.services ?? []);
    if (needs.host) await ensureHost(root);
    if (needs.plugin) await ensurePlugin(root);
  });
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const script = scripts[`${name}:run`];
  if (!script) {
    say(`${name}: ready`);
    return 0;
  }
  return runScript(script, rest[0] === '--' ? rest.slice(1) : rest);
}

/**
 * Runs a script of package.json without a shell, npm and other wrappers between: they swallow signals and exit codes,
 * and each of them is one more process that can stay behind.
 */
function runScript(script, extra) {
  const [program, ...args] = script.split(/\s+/);
  const entry = program === 'tsx' ? ['--import', 'tsx'] : [realpathSync(join(root, 'node_modules', '.bin', program))];
  const nodeArgs = ['--import', pathToFileURL(withParent).href, ...entry, ...args, ...extra];
  const child = spawn(process.execPath, nodeArgs, { cwd: root, stdio: 'inherit' });
  // A terminal sends Ctrl-C to the child as well; we wait until it has cleaned up.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

if (process.env.npm_lifecycle_event) {
  await import(pathToFileURL(withParent).href);
}
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
  process.exitCode = 1;
}

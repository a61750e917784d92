#!/usr/bin/env node
/**
 * `node node_modules/nocobase-plugin-cluster-maintenance/bin/maintenance.cjs …`, for scripts, in the folder of the app.
 *
 * The same as `yarn nocobase maintenance …`, which hands its words to a shell once more, so that quotes are lost, and
 * answers every code but 0 with 1 and a stack trace. Here both arrive as they are, and no lines of the host's log stand before
 * the answer.
 */
const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { constants } = require('node:os');
const { join } = require('node:path');

const NOT_FOUND = 127;

/** What NocoBase's own command line does to the environment: `.env`, and its defaults. */
function prepare() {
  for (const cli of ['@nocobase/cli-v1', '@nocobase/cli']) {
    try {
      const { initEnv, generateAppDir } = require(require.resolve(`${cli}/src/util`, { paths: [process.cwd()] }));
      initEnv();
      generateAppDir();
      return join(process.env.APP_PACKAGE_ROOT, 'lib/index.js');
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

const entry = prepare();
if (!entry || !existsSync(entry)) {
  console.error(`There is no built NocoBase in ${process.cwd()}: run this in the folder of the app.`);
  process.exit(NOT_FOUND);
}
// The host's log stays in its files.
const env = { ...process.env, LOGGER_TRANSPORT: 'dailyRotateFile' };
const child = spawn(process.execPath, [entry, 'maintenance', ...process.argv.slice(2)], { stdio: 'inherit', env });
// A terminal tells both; a supervisor tells this process only.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
child.on('error', (error) => {
  console.error(error.message);
  process.exit(NOT_FOUND);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

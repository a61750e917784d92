/**
 * Several nodes behind one port: `pm2 start ecosystem.config.cjs`, in the folder of the app, with this file beside `.env`.
 *
 * Every process is a node of its own, with its own name (host, port and number of the process). PM2 gives each new
 * connection to any of them, also to one that does not serve yet: requests that it holds are answered when it does, but
 * a process that starts refuses at once. Where that hurts, put nodes on ports of their own behind a balancer.
 */
const { join } = require('node:path');

/** Longer than a drain (30 s) and the reload of the others (120 s): a leader brings its operation to an end. */
const PATIENCE = 180_000;

const find = (file) => require.resolve(file, { paths: [process.cwd()] });
// `.env`, and what NocoBase's own command line sets before it starts a server.
const { initEnv, generateAppDir } = require(find('@nocobase/cli-v1/src/util'));
initEnv();
generateAppDir();

module.exports = {
  apps: [
    {
      name: 'nocobase',
      cwd: process.cwd(),
      script: join(process.env.APP_PACKAGE_ROOT, 'lib/index.js'),
      args: ['start', '--quickstart'],
      exec_mode: 'cluster',
      instances: Number(process.env.CLUSTER_MODE || 4),
      // A copy: PM2 puts settings of its own into it, and process.env would make the text "undefined" of those that are not set.
      env: { ...process.env },
      // A process that waits for another one listens all the same, so PM2 does not have to wait longer than that.
      listen_timeout: 60_000,
      kill_timeout: PATIENCE,
      exp_backoff_restart_delay: 200,
    },
  ],
};

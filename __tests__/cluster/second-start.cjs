// Loaded into nodes (NODE_OPTIONS=--require). At SIGUSR2 the app is started once more within the process, as the host does
// it after a database that was away.
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.on('SIGUSR2', () => {
    const { AppSupervisor } = createRequire(join(process.cwd(), 'package.json'))('@nocobase/server');
    void AppSupervisor.getInstance()
      .getApp('main')
      .then(async (app) => {
        await app.stop();
        await app.runAsCLI(['start', '--quickstart'], { from: 'user' });
        console.info('the second start has ended');
      })
      .catch((error) => console.error('the second start failed', error));
  });
}

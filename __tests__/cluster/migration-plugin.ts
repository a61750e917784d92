import type { SamplePlugin } from '../../tools/cluster';

/** Stands in for the commercial migration manager: the same actions and commands, and it knows nothing of this plugin. */
export const MIGRATION = 'sample-migration';
/** What an execution writes, one row for each. */
export const MIGRATED = 'migratedRows';

/**
 * As the backup plugin does, `create` answers at once and tells the rest by `status`; `execute` answers at once and
 * leaves the work to a command. All of it lasts until a file is there, whose name a file on disk gives: commands that
 * run in a process of their own have no request.
 */
export const migrationPlugin: SamplePlugin = {
  name: MIGRATION,
  version: '1.0.0',
  text: 'migration',
  collection: MIGRATED,
  onLoad: `
    const { existsSync } = require('node:fs');
    const app = this.app;
    const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
    const until = async (file) => {
      while (!existsSync(file)) await pause();
      if (existsSync(file + '.broken')) throw new Error('the migration is broken');
    };
    const write = (title) => app.db.getRepository('${MIGRATED}').create({ values: { title } });
    const tasks = {};
    app.resourceManager.define({
      name: 'migration',
      actions: {
        async create(ctx, next) {
          const name = 'm-' + Object.keys(tasks).length;
          tasks[name] = { inProgress: true };
          until(ctx.action.params.until)
            .then(() => (tasks[name] = { inProgress: false }))
            .catch((error) => (tasks[name] = { inProgress: false, message: error.message }));
          ctx.body = { name, inProgress: true };
          await next();
        },
        async status(ctx, next) {
          const { filterByTk } = ctx.action.params;
          ctx.body = { [filterByTk]: tasks[filterByTk] };
          await next();
        },
        async execute(ctx, next) {
          setTimeout(() => void app.runAsCLI(['migration', 'run', ctx.action.params.until], { from: 'user' }), 200);
          ctx.body = 'ok';
          await next();
        },
      },
    });
    app.acl.allow('migration', '*', 'loggedIn');`,
  commands: `
    const { existsSync } = require('node:fs');
    const until = async (file) => {
      while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 50));
      if (existsSync(file + '.broken')) throw new Error('the migration is broken');
    };
    const command = app.command('migration');
    command.command('generate').argument('<file>').auth().action((file) => until(file));
    command.command('run').argument('<file>').auth().action(async (file) => {
      await until(file);
      await app.db.sequelize.query('INSERT INTO "${MIGRATED}" (title, "createdAt", "updatedAt") VALUES (\\'migrated\\', now(), now())');
    });`,
};

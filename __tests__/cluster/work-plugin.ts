import type { SamplePlugin } from '../../tools/cluster';

/** A plugin that declares its own work (docs/for-plugins.md). */
export const WORK = 'sample-work';
/** What its work writes: one row for each run that came to its end. */
export const RUNS = 'workRuns';

/**
 * `until` names a file that the work waits for. Each action writes its row when its wait is over, so that a test can tell
 * who has worked, and how often.
 */
export const workPlugin: SamplePlugin = {
  name: WORK,
  version: '1.0.0',
  text: 'work',
  collection: RUNS,
  onLoad: `
    const { existsSync } = require('node:fs');
    const work = this.app.pm.get('nocobase-plugin-cluster-maintenance')?.work;
    const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
    const until = async (file, signal) => {
      while (!existsSync(file) && !signal?.aborted) await pause();
      if (signal?.aborted) throw new Error('stopped: ' + signal.reason.message);
    };
    const write = (title) => this.db.getRepository('${RUNS}').create({ values: { title } });
    const rebuild = (file) => async ({ signal, progress, epoch }) => {
      progress('waits for ' + epoch);
      await until(file, signal);
      await write('rebuilt');
      return { epoch };
    };
    const actions = {
      async rebuild(ctx, next) {
        ctx.body = await work.runExclusive('${WORK}: rebuild index', rebuild(ctx.action.params.until));
        await next();
      },
      async tally(ctx, next) {
        ctx.body = await work.runQuietly('${WORK}: tally', async ({ signal }) => {
          await until(ctx.action.params.until, signal);
          return { coordinated: true };
        });
        await next();
      },
      async fail(ctx, next) {
        await work.runExclusive('${WORK}: break', async () => {
          throw new Error('the index is broken');
        });
      },
      async nested(ctx, next) {
        const { outer, inner } = ctx.action.params;
        ctx.body = await work[outer]('${WORK}: outer', (o) => work[inner]('${WORK}: inner', async (i) => o.epoch === i.epoch));
        await next();
      },
      async swap(ctx, next) {
        await until(ctx.action.params.until);
        await write('swapped');
        ctx.body = 'swapped';
        await next();
      },
      async dump(ctx, next) {
        work.waitUntil(until(ctx.action.params.until).then(() => write('dumped')));
        ctx.body = 'dumping';
        await next();
      },
    };
    this.app.resourceManager.define({ name: 'sampleWork', actions });
    this.app.acl.allow('sampleWork', '*', 'loggedIn');
    work?.registerAction('sampleWork:swap', { mode: 'exclusive', title: '${WORK}: swap' });
    work?.registerAction('sampleWork:dump', { mode: 'quiet', title: '${WORK}: dump' });`,
};

import type { SamplePlugin } from '../../tools/cluster';

/** Actions, a stream and a workflow's step that last as long as a test wants. */
export const LONG = 'sample-long';
/** For an import. */
export const ROWS = 'longRows';
/** A record here starts the workflow; its title says how long the step lasts. */
export const EVENTS = 'longEvents';
/** Type of the workflow's step. */
export const STEP = 'long-step';

/** `ms` lasts so many milliseconds, `until` until a file of that name is there. */
export const longPlugin: SamplePlugin = {
  name: LONG,
  version: '1.0.0',
  text: 'long',
  collection: ROWS,
  onLoad: `
    const { existsSync } = require('node:fs');
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const until = async (file, tick = () => true) => {
      while (!existsSync(file) && tick()) await wait(100);
    };
    this.db.collection({ name: '${EVENTS}', fields: [{ type: 'string', name: 'title' }] });
    this.app.resourceManager.define({
      name: 'long',
      actions: {
        async last(ctx, next) {
          const { ms, until: file } = ctx.action.params;
          if (file) await until(file);
          else await wait(Number(ms));
          ctx.body = 'whole';
          await next();
        },
        async stream(ctx) {
          ctx.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
          ctx.status = 200;
          ctx.res.flushHeaders();
          await until(ctx.action.params.until, () => ctx.res.writable && ctx.res.write('data: more\\n\\n') !== undefined);
          ctx.res.end('data: last\\n\\n');
        },
      },
    });
    this.app.acl.allow('long', '*', 'loggedIn');
    this.app.pm.get('workflow').registerInstruction('${STEP}', {
      async run(node, input, processor) {
        const { title } = processor.execution.context.data;
        if (/^\\d+$/.test(title)) await wait(Number(title));
        else await until(title);
        return { status: 1, result: title };
      },
    });`,
};

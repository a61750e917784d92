import type { SamplePlugin } from '../../tools/cluster';

export const WORKER = 'sample-worker';

/**
 * A plugin with work of every kind, written as plugins of NocoBase are. Each kind leaves rows in the table `marks`:
 * what it is, the process that wrote it, and when.
 */
export const workerPlugin: SamplePlugin = {
  name: WORKER,
  version: '1.0.0',
  text: 'works',
  collection: 'jobRequests',
  onLoad: `
    const { Instruction, JOB_STATUS } = require('@nocobase/plugin-workflow');
    const { TaskType } = require('@nocobase/plugin-async-task-manager');
    this.db.collection({
      name: 'marks',
      fields: [{ type: 'string', name: 'what' }, { type: 'integer', name: 'process' }, { type: 'bigInt', name: 'at' }],
    });
    const app = this.app;
    const mark = (what) =>
      app.db.getRepository('marks').create({ values: { what, process: process.pid, at: Date.now() }, hooks: false });
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const workflow = app.pm.get('workflow');

    // Keeps its workflow waiting for so many milliseconds, and says that it lives: once a second when it never ends.
    class Busy extends Instruction {
      async run(node, input, processor) {
        const { ms, title } = node.config;
        for (let left = ms; left > 0; left -= 1000) {
          if (ms > 60000) await mark(title);
          await pause(Math.min(left, 1000));
        }
        return { status: JOB_STATUS.RESOLVED };
      }
    }
    workflow.registerInstruction('sample-busy', Busy);

    // Puts its workflow aside and takes it up again after so many milliseconds, as a node does that asks somebody else.
    class Aside extends Instruction {
      async run(node, input, processor) {
        const { id } = processor.saveJob({ status: JOB_STATUS.PENDING, nodeId: node.id, nodeKey: node.key,
          upstreamId: input ? input.id : null });
        await processor.exit();
        setTimeout(async () => {
          const job = await app.db.getRepository('jobs').findOne({ filterByTk: id });
          job.set({ status: JOB_STATUS.RESOLVED });
          await workflow.resume(job);
        }, node.config.ms);
      }
      async resume(node, job) {
        return job;
      }
    }
    workflow.registerInstruction('sample-aside', Aside);

    class Mark extends Instruction {
      async run(node) {
        await mark(node.config.title);
        return { status: JOB_STATUS.RESOLVED };
      }
    }
    workflow.registerInstruction('sample-mark', Mark);

    class SlowTask extends TaskType {
      static type = 'sample-task';
      static defaults(data) {
        return data;
      }
      async execute() {
        await pause(this.record.params.ms);
        await mark(this.record.title);
      }
    }
    const tasks = app.container.get('AsyncTaskManager');
    tasks.registerTaskType(SlowTask);

    app.cronJobManager.addJob({ cronTime: '* * * * * *', onTick: () => mark('cron') });

    app.resourceManager.define({
      name: 'sampleTasks',
      actions: {
        async add(ctx, next) {
          const { title, ms } = ctx.action.params.values;
          await tasks.createTask({ type: 'sample-task', title, params: { ms } }, { useQueue: true });
          await next();
        },
      },
    });
    app.acl.allow('sampleTasks', 'add', 'loggedIn');
  `,
};

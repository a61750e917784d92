import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Application } from '@nocobase/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AsyncTasks } from '../../src/server/app/background/async-tasks';
import { ScheduledBackups } from '../../src/server/app/background/backups';
import { CronJobs } from '../../src/server/app/background/cron';
import { oneTakerOf } from '../../src/server/app/background/one-taker';
import { QueueConsumers } from '../../src/server/app/background/queue';
import { Schedules } from '../../src/server/app/background/schedules';
import { systemClock } from '../../src/server/core/clock';
import { until } from '../../tools/cluster';
import { baseHost, temporaryDirectory } from '../../tools/cluster/paths';

/**
 * The parts on the host's own objects, without a node around them. Each test also shows what the host does when a part
 * is left out, so that it is known to see a difference.
 */
interface Queue {
  subscribe(channel: string, event: { idle: () => boolean; process: (message: unknown) => Promise<void> }): void;
  connect(): Promise<void>;
  close(): Promise<void>;
  publish(channel: string, message: unknown): Promise<void>;
}
interface Cron {
  addJob(options: { cronTime: string; onTick: () => unknown }): unknown;
}
interface Taker {
  acquireExecution(input: object, options: object, transaction: object): Promise<unknown>;
}
interface Tasks {
  cleanupTimer: NodeJS.Timeout | null;
  cleanup: () => Promise<void>;
  readonly tasks: Map<string, object>;
}
interface Mode {
  readonly timers: Map<string, unknown>;
  on(workflow: object): void;
  off(workflow: object): void;
}

const require = createRequire(join(baseHost, 'package.json'));
const fromHost = <T>(path: string) => require(join(baseHost, 'node_modules', '@nocobase', path)) as T;
const { EventQueue } = fromHost<{ EventQueue: new (app: object) => Queue }>('server/lib/event-queue.js');
const { CronJobManager } = fromHost<{ CronJobManager: new (app: object) => Cron }>(
  'server/lib/cron/cron-job-manager.js',
);
const { default: Dispatcher } = fromHost<{ default: new (plugin: object) => Taker }>(
  'plugin-workflow/dist/server/Dispatcher.js',
);
const { BaseTaskManager } = fromHost<{ BaseTaskManager: new () => Tasks }>(
  'plugin-async-task-manager/dist/server/base-task-manager.js',
);
const { default: StaticSchedule } = fromHost<{ default: new (plugin: object) => Mode }>(
  'plugin-workflow/dist/server/triggers/ScheduleTrigger/StaticScheduleTrigger.js',
);

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const log = () => silent;
const quietFor = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const soon = (condition: () => boolean, what: string) =>
  until(
    () => condition(),
    5_000,
    () => what,
  );

/** Carries the host's objects, as an app does; `reload` puts new ones in their place and keeps its listeners. */
class App extends EventEmitter {
  readonly name = 'main';
  readonly logger = silent;
  readonly pm = {
    get: (name: string) => ({ workflow: this.workflow, backups: this.backups })[name],
  };
  eventQueue: Queue | undefined;
  cronJobManager: Cron | undefined;
  workflow: object | undefined;
  backups: { runAutoBackupTask: () => Promise<void> } | undefined;
  db: object | undefined;
  container: { get(name: string): unknown } | undefined;

  get asHost(): Application {
    return this as unknown as Application;
  }
}

let app: App;
beforeEach(() => {
  app = new App();
  vi.stubEnv('STORAGE_PATH', temporaryDirectory('storage').path);
});
afterEach(() => app.emit('beforeStop'));

describe('the queue of the host', () => {
  const taken: unknown[] = [];
  const queues: Queue[] = [];

  function reload(): void {
    const queue = (app.eventQueue = new EventQueue(app));
    queues.push(queue);
    queue.subscribe('work', { idle: () => true, process: async (message) => void taken.push(message) });
  }

  beforeEach(async () => {
    taken.length = 0;
    reload();
    await app.eventQueue?.connect();
  });
  afterEach(() => Promise.all(queues.splice(0).map((queue) => queue.close())));

  async function publish(): Promise<void> {
    for (const message of [1, 2, 3]) await app.eventQueue?.publish('work', message);
  }

  it('hands messages out at once unless it is paused, and afterwards when it was', async () => {
    await publish();
    await soon(() => taken.length === 3, 'They were not taken');
    const pause = new QueueConsumers(app.asHost).pause();
    await publish();
    await quietFor(1_000);
    expect(taken).toEqual([1, 2, 3]);
    pause?.undo();
    await soon(() => taken.length === 6, 'They were not taken afterwards');
  });

  it.each([true, false])('messages that came before a reload are taken once: %s', async (handedOver) => {
    const pause = new QueueConsumers(app.asHost).pause();
    await publish();
    reload();
    await app.eventQueue?.connect();
    if (handedOver) await pause?.handOver?.();
    await quietFor(1_000);
    // What the host does by itself: they are lost.
    expect(taken).toEqual(handedOver ? [1, 2, 3] : []);
  });
});

describe('cron jobs of the host', () => {
  const ticks: string[] = [];

  function reload(name: string): void {
    const manager = (app.cronJobManager = new CronJobManager(app));
    manager.addJob({ cronTime: '* * * * * *', onTick: () => void ticks.push(name) });
  }

  beforeEach(() => {
    ticks.length = 0;
    reload('before');
    app.emit('afterStart');
  });

  it('do not run while they are paused; a tick that fell into it comes once afterwards', async () => {
    await soon(() => ticks.length > 0, 'It does not run');
    const pause = new CronJobs(app.asHost, systemClock, silent).pause();
    ticks.length = 0;
    await quietFor(2_500);
    expect(ticks).toEqual([]);
    pause?.undo();
    expect(ticks).toEqual(['before']);
  });

  it.each([true, false])('only those of the new app run after a reload: %s', async (handedOver) => {
    const pause = new CronJobs(app.asHost, systemClock, silent).pause();
    reload('after');
    app.emit('afterStart');
    if (handedOver) await pause?.handOver?.();
    ticks.length = 0;
    await soon(() => ticks.filter((name) => name === 'after').length >= 2, 'It does not run');
    // What the host does by itself: the jobs of before run beside them.
    expect(ticks.includes('before')).toBe(!handedOver);
  });

  it('are named while their tick goes on', async () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    app.cronJobManager?.addJob({ cronTime: '* * * * * *', onTick: () => ended });
    const part = new CronJobs(app.asHost, systemClock, silent);
    part.watch();
    app.emit('afterStart');
    await soon(() => part.running().length > 0, 'It is not named');
    expect(part.running()[0]?.what).toBe('cron job "* * * * * *"');
    part.pause();
    end();
    await soon(() => part.running().length === 0, 'It is still named');
  });
});

describe('schedules of the host', () => {
  const triggered: string[] = [];
  const dispatcher = { ready: true };
  const workflow = {
    id: 7,
    stats: { executed: 0 },
    config: { mode: 0, startsOn: '2020-01-01T00:00:00Z', repeat: '* * * * * *' },
    get: () => 'schedule',
  };

  function load(): Mode {
    const plugin = {
      app,
      enabledCache: new Map([[workflow.id, workflow]]),
      getLogger: log,
      dispatcher,
      trigger: (_: object, __: object, { eventKey }: { eventKey: string }) => void triggered.push(eventKey),
    };
    const mode = new StaticSchedule(plugin);
    app.workflow = { ...plugin, triggers: new Map([['schedule', { modes: new Map([[0, mode]]) }]]) };
    return mode;
  }

  beforeEach(() => {
    triggered.length = 0;
  });

  it('do not run while they are paused; the first run that fell into it comes once afterwards', async () => {
    const mode = load();
    mode.on(workflow);
    await soon(() => triggered.length > 0, 'It does not run');
    const [next] = mode.timers.keys();
    const pause = new Schedules(app.asHost, systemClock).pause();
    triggered.length = 0;
    await quietFor(2_500);
    expect(triggered).toEqual([]);
    pause?.undo();
    await soon(() => triggered.length > 1, 'It does not go on');
    expect(triggered[0]).toBe(next);
    expect(new Set(triggered).size).toBe(triggered.length);
    // What fell into the pause after the first run is left out: the next one lies in the future again.
    const times = triggered.map((name) => Number(name.split('@')[1]));
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_500);
    new Schedules(app.asHost, systemClock).pause();
  });

  it('a workflow that is switched off during a pause does not run afterwards', async () => {
    const mode = load();
    mode.on(workflow);
    await soon(() => triggered.length > 0, 'It does not run');
    const pause = new Schedules(app.asHost, systemClock).pause();
    triggered.length = 0;
    mode.off(workflow);
    await quietFor(1_500);
    pause?.undo();
    await quietFor(500);
    expect(triggered).toEqual([]);
  });

  it.each([true, false])('what fell into a pause that ended with a reload runs once: %s', async (handedOver) => {
    const once = { ...workflow, id: 7, config: { mode: 0, startsOn: new Date(Date.now() + 1_500).toISOString() } };
    const mode = load();
    mode.on(once);
    expect(mode.timers.size).toBe(1);
    const pause = new Schedules(app.asHost, systemClock).pause();
    await quietFor(2_500);
    // As the host does when it stops.
    dispatcher.ready = false;
    mode.off(once);
    dispatcher.ready = true;
    load().on(once);
    if (handedOver) await pause?.handOver?.();
    await quietFor(500);
    // What the host does by itself: nothing, because its time has passed.
    expect(triggered).toHaveLength(handedOver ? 1 : 0);
    new Schedules(app.asHost, systemClock).pause();
  });
});

describe('the dispatcher of workflows of the host', () => {
  /** Waited when it was read; another node has begun it before it is read again. */
  function overtaken() {
    const input = { id: 1, workflow: {}, status: null as number | null, startedAt: null as Date | null };
    const begun = { dispatched: true, status: 0, startedAt: new Date() };
    return Object.assign(input, { reload: async () => Object.assign(input, begun) });
  }

  function load(): Taker {
    const dispatcher = new Dispatcher({ getLogger: log, enabledCache: new Map() });
    app.workflow = { dispatcher };
    return dispatcher;
  }

  it('runs what another node has begun in between, unless it is watched', async () => {
    const dispatcher = load();
    const execution = overtaken();
    expect(await dispatcher.acquireExecution(execution, {}, {})).toBe(execution);
    oneTakerOf(app.asHost);
    expect(await dispatcher.acquireExecution(overtaken(), {}, {})).toBeNull();
  });

  it('does what follows a delay on one of two nodes, in whatever order they learn that it is over', async () => {
    const row = { status: 0 };
    const update = async (values: { status: number }, { where }: { where: { status: number } }) => {
      if (row.status !== where.status) return [0];
      row.status = values.status;
      return [1];
    };
    app.db = { getModel: () => ({ update }) };
    const node = () => {
      const job = { id: 7, status: row.status, getNode: async () => ({ type: 'delay', config: { endStatus: 1 } }) };
      const done: object[] = [];
      const dispatcher = {
        acquireExecution: async () => null,
        resolveTask: async () => [{}, job],
        process: async () => void done.push(job),
      };
      app.workflow = { dispatcher };
      oneTakerOf(app.asHost);
      return { dispatcher, done };
    };
    const [first, second] = [node(), node()];
    expect([await first.dispatcher.resolveTask(), await second.dispatcher.resolveTask()]).toEqual([
      [{}, expect.anything()],
      null,
    ]);
    // Its first attempt failed, so its message came again.
    expect(await first.dispatcher.resolveTask()).not.toBeNull();
    await first.dispatcher.process();
    const late = node();
    expect(await late.dispatcher.resolveTask()).toBeNull();
  });

  it('still takes up what has begun before', async () => {
    const dispatcher = load();
    oneTakerOf(app.asHost);
    const execution = Object.assign(overtaken(), { dispatched: true, status: 0, startedAt: new Date() });
    expect(await dispatcher.acquireExecution(execution, {}, {})).toBe(execution);
  });
});

describe('async tasks of the host', () => {
  it('are named while they run, and the timer that removes old ones stands still', () => {
    const manager = new BaseTaskManager();
    manager.cleanupTimer = setInterval(() => {}, 60_000);
    app.container = { get: () => manager };
    const part = new AsyncTasks(app.asHost, systemClock);
    expect(part.running()).toEqual([]);
    const startedAt = new Date();
    manager.tasks.set('1', { record: { type: 'export', title: null, startedAt } });
    expect(part.running()).toEqual([{ what: 'async task "export"', since: startedAt.getTime() }]);
    const pause = part.pause();
    expect(manager.cleanupTimer).toBeNull();
    pause?.undo();
    // One of its own has taken its place, so that there is something to pause again.
    expect(part.pause()).toBeDefined();
    expect(part.pause()).toBeUndefined();
  });
});

describe('scheduled backups', () => {
  it.each(['undo', 'handOver'] as const)('whose time comes during a pause begin afterwards, once (%s)', async (end) => {
    const made: string[] = [];
    const load = (name: string) => {
      app.backups = { runAutoBackupTask: async () => void made.push(name) };
      part.watch();
      return app.backups;
    };
    const part = new ScheduledBackups(app.asHost, systemClock, silent, (_, run) => run());
    const before = load('before');
    await before.runAutoBackupTask();
    const pause = part.pause();
    await before.runAutoBackupTask();
    expect(made).toEqual(['before']);
    if (end === 'handOver') load('after');
    await pause?.[end]?.();
    expect(made).toEqual(['before', end === 'undo' ? 'before' : 'after']);
    await app.backups?.runAutoBackupTask();
    expect(made).toHaveLength(3);
  });
});

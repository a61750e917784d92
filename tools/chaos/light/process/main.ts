/**
 * A light node: the real coordination of src/server in a process of its own, on real Redis and a real database, with a
 * small app in place of NocoBase. The order of things is that of `NodeProcess` and `StartFlow`.
 */
import type { Application } from '@nocobase/server';
import type { Options } from 'sequelize';
import { RequestGate } from '../../../../src/server/app/request-gate';
import { createSqlDatabase } from '../../../../src/server/app/sql';
import { systemClock } from '../../../../src/server/core/clock';
import { sentence } from '../../../../src/server/core/errors';
import { readSettings, type Settings } from '../../../../src/server/core/settings';
import { createGuard } from '../../../../src/server/database/guard';
import { createLedger } from '../../../../src/server/database/ledger';
import { connectionName } from '../../../../src/server/database/postgres';
import { createNode } from '../../../../src/server/maintenance/node';
import { StartUp } from '../../../../src/server/maintenance/start-up';
import type { Log } from '../../../../src/server/ports';
import { createRedisCoordination } from '../../../../src/server/redis';
import { act } from './actions';
import { LightApp, VERSION } from './app';
import { serve } from './http';

const clock = systemClock;
const stopping = new AbortController();

function main(): void {
  const { LIGHT_NAMESPACE = '', LIGHT_DATABASE = '{}', APP_PORT } = process.env;
  const source = { env: process.env, bootId: clock.newId(), hostname: 'light', namespace: LIGHT_NAMESPACE };
  const outcome = readSettings(source);
  if (!outcome.ok) throw new Error(outcome.problems.join(' '));
  void run(outcome.settings, JSON.parse(LIGHT_DATABASE) as Options, Number(APP_PORT)).catch((error: unknown) => {
    log.error(`A light node ends: ${sentence(error)}`);
    process.exit(1);
  });
}

async function run(settings: Settings, options: Options, port: number): Promise<void> {
  const gate: RequestGate = new RequestGate({
    apiBasePath: '/api/',
    filesPath: '/files/',
    limits: { ...settings.timings, holdSeats: settings.holdSeats },
    remaining: () => node.forecast.remaining(),
    clock,
    probe: async () => ({
      ready: node.agent.current === 'serving' && gate.isOpen,
      body: { status: node.agent.current, node: settings.node.name },
    }),
  });
  gate.close('This node is starting.', 'refuse');
  // As the plugin does it, before anything connects.
  process.env.PGAPPNAME = connectionName(settings.node.bootId, process.env.PGAPPNAME);
  const app = new LightApp(gate, options, clock, settings.node.bootId);
  const coordination = createRedisCoordination(settings, clock, log);
  const host = { db: { sequelize: app.sequelize, options: { tablePrefix: '' } } };
  const database = createSqlDatabase(host as unknown as Application);
  const guard = createGuard(database, settings.namespace);
  const ledger = createLedger(database, settings.namespace, clock);
  if (!guard || !ledger) throw new Error(`There is no guard for ${database.dialect}.`);
  const parts = { settings, coordination, guard, ledger, app, clock, log };
  const node = createNode({ ...parts, role: 'app', version: VERSION, mask: (text) => text });
  app.askBeforeConnecting(node.hindrance);
  const leave = async () => {
    stopping.abort();
    await node.coordinator.goodbye();
    await node.agent.leave();
    await coordination.close();
    await database.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void leave());
  serve(port, gate, (asked) => act({ ...node, app, gate, coordination, log, stop: () => void leave() }, asked));
  await coordination.open(1_500).catch(() => undefined);
  node.agent.start();
  await start({ ...parts, ...node }, app);
}

/** As `StartFlow` does it. */
async function start(parts: StartParts, app: LightApp): Promise<void> {
  const door = new StartUp({
    ...parts,
    changesSchema: async () => true,
    installedVersion: () => app.installedVersion(),
    ownVersion: VERSION,
    tell: () => {},
    stopping: stopping.signal,
  });
  const passed = await door.passDoor();
  if (passed.outcome === 'stopped') return;
  if (passed.outcome === 'join') {
    await load(app);
    await parts.agent.verifyAndServe('');
    return;
  }
  const { operation } = passed;
  if (operation.record.kind === 'install') await operation.guard.prepareInstall();
  const work = app.install(operation.record.epoch, (step) => operation.progress(step));
  const failure = await work.then(() => undefined, sentence);
  await operation.complete(failure);
}

type StartParts = Omit<
  ConstructorParameters<typeof StartUp>[0],
  'changesSchema' | 'installedVersion' | 'ownVersion' | 'tell' | 'stopping'
>;

/** A host whose database is away at that moment waits for it. */
async function load(app: LightApp): Promise<void> {
  while (!stopping.signal.aborted) {
    const failed = await app.load().then(
      () => false,
      () => true,
    );
    if (!failed) return;
    await clock.sleep(200);
  }
}

/** In the form of the host's log, so that the same eyes can read it. */
const log: Log = {
  info: (message, details) => line('info', message, details),
  warn: (message, details) => line('warn', message, details),
  error: (message, details) => line('error', message, details),
};

function line(level: string, message: string, extra: object = {}): void {
  const timestamp = new Date().toISOString();
  console.info(JSON.stringify({ level, message: `[cluster maintenance] ${message}`, extra, timestamp }));
}

main();

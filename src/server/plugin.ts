import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { Application, Gateway, isTransient, Plugin } from '@nocobase/server';
import { consoleLog } from './app/app-log';
import { AppProcesses } from './app/app-processes';
import { AppRouter, MAIN } from './app/app-router';
import { LoadedCode } from './app/loaded-code';
import { NodeMetrics } from './app/metrics/node-metrics';
import { NodeProcess, type NodeProcessDeps } from './app/node-process';
import type { GuardedDatabase } from './app/parts';
import { offlineCoordination } from './app/offline-coordination';
import { createSqlDatabase } from './app/sql';
import type { ClusterWork } from './app/work/contract';
import { uncoordinatedWork } from './app/work/declared-work';
import { systemClock } from './core/clock';
import { readSettings, type Settings } from './core/settings';
import { createGuard } from './database/guard';
import { keepRows } from './database/kept-rows';
import { createLedger } from './database/ledger';
import { createOutbox } from './database/outbox';
import { createPolicyRecords } from './database/policy-records';
import { createPolicyStore } from './database/policy-rows';
import { connectionName } from './database/postgres';
import { createProcessDatabase } from './memory/database';
import { createMemoryCoordination } from './memory';
import { MemoryPolicy } from './memory/policy';
import { createMemoryPolicyRecords } from './memory/policy-records';
import type { Coordination } from './ports';
import { createRedisCoordination } from './redis';

/** One node per process and app, whatever the host does to its apps. */
let apps: AppProcesses | undefined;

/** Composition root: the only place that knows every part. */
export class ClusterMaintenancePlugin extends Plugin {
  /**
   * Runs at process start for every plugin on disk, before there is an app or a database. The host swallows what is
   * thrown here and would start without coordination, so nothing here may throw.
   */
  static async staticImport(): Promise<void> {
    if (apps || !isMainThread || isTransient()) return;
    const role = process.argv[2] === 'start' ? 'app' : 'command';
    // Its answer may be read by a program: the host's own lines would stand between.
    if (process.argv[2] === 'maintenance') process.env.LOGGER_LEVEL = 'error';
    const outcome = readSettings({
      env: process.env,
      bootId: systemClock.newId(),
      hostname: hostname(),
      namespace: namespaceOf(process.env),
    });
    if (!outcome.settings.enabled) return;
    // Before the app connects: one name for all of its connections, so that they can be ended together.
    process.env.PGAPPNAME = connectionName(outcome.settings.node.bootId, process.env.PGAPPNAME);
    const problem = outcome.ok ? undefined : outcome.problems.join(' ');
    if (problem) consoleLog.error(problem);
    const { settings } = outcome;
    const router = new AppRouter(systemClock, (req) => Gateway.getInstance().getRequestHandleAppName({ ...req }));
    const code = new LoadedCode();
    const depsOf = (own: Settings, app: string): NodeProcessDeps => {
      const metrics = new NodeMetrics({ app, settings: own, clock: systemClock });
      const open = async () => (problem ? offlineCoordination(problem) : openStore(own, role));
      return {
        settings: own,
        clock: systemClock,
        role,
        router,
        code,
        metrics,
        openCoordination: async () => metrics.observe(await open()),
        openDatabase: (host) => openDatabase(host, own),
      };
    };
    const main = new NodeProcess(depsOf(settings, MAIN));
    const create = (name: string) => {
      const wanted = () => main.isOn;
      return new NodeProcess({ ...depsOf(settingsOfSubApp(settings, name), name), subApp: { name, wanted } });
    };
    const created = (apps = new AppProcesses({ main, router, create }));
    Application.addCommand((app) => created.attach(app));
    if (role === 'app') main.listen();
  }

  /** For other plugins (docs/for-plugins.md): `app.pm.get('nocobase-plugin-cluster-maintenance')?.work`. */
  get work(): ClusterWork {
    return apps ? apps.of(this.app).workOf(this.app) : uncoordinatedWork((text) => this.app.log.info(text));
  }

  override async load(): Promise<void> {
    // A sub-app is a node whether or not this plugin is enabled in it.
    if (this.app.name !== MAIN) return;
    // The host may load plugins in processes that are no nodes (worker threads, transient ones).
    await apps?.of(this.app).onLoad(this.app);
  }
}

/** How long a process waits for Redis before it goes on and says so, in milliseconds; the connection keeps trying. */
const PATIENCE = { app: 1_500, command: 5_000 };

async function openStore(settings: Settings, role: keyof typeof PATIENCE): Promise<Coordination> {
  if (!settings.redisUrl) return createMemoryCoordination(systemClock);
  const coordination = createRedisCoordination(settings, systemClock, consoleLog);
  // Whoever needs it asks for its problem and says it: a start that waits, a heartbeat, a refused command.
  await coordination.open(PATIENCE[role]).catch(() => undefined);
  return coordination;
}

function openDatabase(app: Application, settings: Settings): GuardedDatabase {
  const sql = createSqlDatabase(app);
  const guard = createGuard(sql, settings.namespace);
  const ledger = createLedger(sql, settings.namespace, systemClock);
  const records = createPolicyRecords(sql);
  const rows = () => keepRows(sql);
  const outbox = createOutbox(sql);
  const policy = createPolicyStore(sql, systemClock);
  if (guard && ledger && policy && records) {
    return { guard, ledger, policy, records, outbox, shared: true, keepRows: rows, close: () => guard.close() };
  }
  consoleLog.warn(
    `${app.db.sequelize.getDialect()} has no lock that several processes could share: run only one node on it.`,
  );
  const { guard: own, ledger: kept } = createProcessDatabase(systemClock);
  const keepNothing = async () => ({ putBack: async () => {}, end: async () => {} });
  const memory = { policy: new MemoryPolicy(systemClock), records: createMemoryPolicyRecords(systemClock) };
  const alone = { guard: own, ledger: kept, ...memory };
  return { ...alone, shared: false, keepRows: keepNothing, close: () => own.close() };
}

/** A new process would take the other apps of this one with it. */
function settingsOfSubApp(settings: Settings, name: string): Settings {
  return { ...settings, namespace: `${settings.namespace}.${name}`, reload: 'in-process' };
}

/** Equal on all nodes of an app and different between apps that share a Redis or a database. */
function namespaceOf(env: NodeJS.ProcessEnv): string {
  const parts = [env.APP_KEY, env.DB_DATABASE, env.DB_SCHEMA, env.DB_TABLE_PREFIX];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}

export default ClusterMaintenancePlugin;

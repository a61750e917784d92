import type { Application } from '@nocobase/server';
import type { News } from '../../shared/news';
import type { Clock } from '../core/clock';
import type { Settings } from '../core/settings';
import { masking } from '../core/masking';
import type { KeptRows } from '../database/kept-rows';
import type { Outbox } from '../database/outbox';
import { isOver } from '../core/node-machine';
import { createNode, type MaintenanceNode } from '../maintenance/node';
import type { Coordination, Guard, Ledger, PolicyRecords, PolicyStore } from '../ports';
import { Admission } from './admission';
import { appLog } from './app-log';
import { ScopeWatch } from './async-scope';
import { assembleBackups } from './backups/assemble';
import type { HostBackups } from './backups/backups';
import { EarlyBackups } from './backups/early-backups';
import { Restores } from './backups/restores';
import { RollBacks } from './backups/roll-backs';
import type { ScheduleOfAll } from './background/backups';
import { CommandGate } from './command-gate';
import { HostLifecycle } from './lifecycle';
import type { LoadedCode } from './loaded-code';
import type { NodeMetrics } from './metrics/node-metrics';
import { assembleNews } from './news/assemble';
import type { Dispatcher } from './news/dispatcher';
import { CommandPolicy } from './policy/command-policy';
import { assemblePolicy, type Policy } from './policy/policy';
import { queueRunner } from './policy/queue/assemble';
import type { QueueRunner } from './policy/queue/runner';
import type { RequestGate } from './request-gate';

/** Everything that exists only while the plugin is switched on in this process. */
export interface Parts extends MaintenanceNode {
  readonly settings: Settings;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly ledger: Ledger;
  readonly admission: Admission;
  readonly lifecycle: HostLifecycle;
  readonly commands: CommandGate;
  readonly backups: HostBackups;
  readonly restores: Restores;
  readonly rollBacks: RollBacks;
  readonly clock: Clock;
  readonly gate: RequestGate;
  readonly database: GuardedDatabase;
  /** Undefined: nobody wants to be told. */
  readonly news: Dispatcher | undefined;
  readonly policy: Policy;
  readonly queue: QueueRunner;
  readonly commandPolicy: CommandPolicy;
  readonly scopes: ScopeWatch;
}

/** What the plugin keeps in the app's database. */
export interface GuardedDatabase {
  readonly guard: Guard;
  readonly ledger: Ledger;
  /** Undefined where `shared` is false. */
  readonly outbox?: Outbox | undefined;
  readonly policy: PolicyStore;
  /** What people decided about the policy, and who did what. */
  readonly records: PolicyRecords;
  /** False: this database has no lock that several processes could share. */
  readonly shared: boolean;
  /** The plugin's own rows as they are now; the answer puts them back after all tables were replaced. */
  keepRows(): Promise<KeptRows>;
  close(): Promise<void>;
}

export interface PartsSource {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly role: 'app' | 'command';
  readonly gate: RequestGate;
  readonly code: LoadedCode;
  readonly coordination: Coordination;
  readonly database: GuardedDatabase;
  readonly onSettled: (result: string) => void;
  readonly metrics: Pick<NodeMetrics, 'policy'>;
}

export function assembleParts(app: Application, source: PartsSource): Parts {
  const { settings, coordination, database, clock, gate, code, role, onSettled } = source;
  const { guard, ledger } = database;
  const log = appLog(app);
  const exit = settings.reload === 'exit' ? () => void process.kill(process.pid, 'SIGTERM') : undefined;
  const expected = (): number | undefined => node.forecast.expected();
  const scheduleBackup: ScheduleOfAll = (due, run) => backups.runs.scheduled(due, run);
  const { checks } = settings;
  const lifecycle = new HostLifecycle({ app, gate, code, clock, exit, expected, scheduleBackup, checks });
  const mask = masking(process.env);
  const version = app.getPackageVersion();
  const serves = (): boolean => node.agent.current === 'serving';
  const { outbox } = database;
  const news = assembleNews({ app, settings: settings.news, outbox, coordination, guard, clock, log, serves });
  const early = new EarlyBackups(app, clock);
  const node = createNode({
    settings,
    coordination,
    guard,
    ledger,
    app: lifecycle,
    backups: early,
    clock,
    log,
    role,
    version,
    mask,
    observers: news ? [news] : [],
  });
  const shared = { app, ...node, coordination, ledger, clock, lifecycle, log, gate, onSettled };
  const backups: HostBackups = assembleBackups(app, shared);
  const restores = new Restores({ ...shared, keepRows: () => database.keepRows() });
  const rollBacks = new RollBacks({ ...shared, restores, guard });
  const stores = { store: database.policy, records: database.records };
  const tell = (told: News) => news?.publish(told);
  const { refused } = source.metrics.policy;
  const policy = assemblePolicy({ ...shared, ...stores, settings, backups: early, mask, tell, refused }, process.env);
  // Rows that come later would be written into tables that the operation replaces.
  lifecycle.beforeQuiet = () => policy.kept.audit.flush();
  const commands = new CommandGate({ ...shared, restores });
  const queue = queueRunner({ ...shared, policy, runs: backups.runs });
  node.agent.onRetry = (held) => (held.rollsBack ? rollBacks.held(held) : commands.retry(held));
  const admission = new Admission({ ...node, clock, appSecret: process.env.APP_KEY ?? '' });
  const isBusy = () => !serves() || (node.agent.lastRecord !== undefined && !isOver(node.agent.lastRecord));
  const scopes = new ScopeWatch(clock, isBusy);
  if (role === 'app') news?.start();
  // A short process has no requests that would pay for them.
  if (role === 'app') scopes.start();
  const acts = {
    scopes,
    policy,
    queue,
    commandPolicy: new CommandPolicy(policy, role),
    admission,
    commands,
    backups,
    restores,
    rollBacks,
  };
  return { ...node, ...acts, settings, coordination, guard, ledger, database, lifecycle, clock, gate, news };
}

/** Idempotent ends, in the order in which others would miss them. */
export async function closeParts({
  agent,
  coordinator,
  coordination,
  database,
  news,
  queue,
  policy,
  scopes,
}: Parts): Promise<void> {
  queue.stop();
  scopes.stop();
  await coordinator.goodbye();
  await agent.leave();
  await news?.stop();
  await policy.kept.audit.close();
  await coordination.close();
  await database.close();
}

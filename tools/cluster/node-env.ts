import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runMarker } from './cleanup';
import type { PostgresServer } from './postgres';
import type { RedisServer } from './redis';
import type { Slot } from './slots';

export type Env = Record<string, string | undefined>;

/** What differs between two nodes of one cluster. */
export interface NodePlace {
  port: number;
  socketPath: string;
  pm2Home: string;
}

export const ROOT_USER = { account: 'admin@nocobase.com', password: 'admin123' };

/**
 * Nodes run as in production, but most tests are not about what production asks for. Those that are leave this out:
 * `env: { CLUSTER_MAINTENANCE_POLICY: undefined }`.
 */
const ASKS_NOTHING = JSON.stringify({
  version: 1,
  rules: [],
  calendar: { zone: 'UTC', weekly: [], once: [], freezes: [] },
  conditions: { backupWithinHours: 0, noRunningWork: false, allNodesEqual: false },
});

/** The environment that an operator would write into `.env`, for every process of a cluster. */
export function operatorEnv(slot: Slot, postgres: PostgresServer, database: string, redis?: RedisServer): Env {
  return {
    // Not the runner's own environment: VITEST or NODE_OPTIONS in it would change how the host behaves.
    PATH: `${join(slot.directory, 'node_modules', '.bin')}:${process.env.PATH}`,
    HOME: process.env.HOME,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    // The host unpacks plugins into a folder of a fixed name below this.
    TMPDIR: join(slot.storage, 'tmp'),
    APP_ENV: 'production',
    CLUSTER_MAINTENANCE_POLICY: ASKS_NOTHING,
    APP_KEY: 'cluster-harness',
    APP_AES_SECRET_KEY: '0123456789abcdef'.repeat(4),
    APP_LAUNCH_MODE: 'node',
    API_BASE_PATH: '/api/',
    DB_DIALECT: 'postgres',
    DB_HOST: postgres.host,
    DB_PORT: `${postgres.port}`,
    DB_DATABASE: database,
    DB_USER: postgres.user,
    DB_PASSWORD: postgres.password,
    DB_TIMEZONE: '+00:00',
    INIT_ROOT_EMAIL: ROOT_USER.account,
    INIT_ROOT_PASSWORD: ROOT_USER.password,
    INIT_ROOT_NICKNAME: 'Super Admin',
    INIT_ROOT_USERNAME: 'nocobase',
    CLUSTER_MAINTENANCE_REDIS_URL: redis?.url,
    NODE_EXTRA_CA_CERTS: redis?.caFile,
    ...runMarker,
  };
}

/** What differs for a node that runs another host folder than the slot's; the tools of its cluster stay what they are. */
export function imageEnv({ directory, storage }: Slot, { PATH = process.env.PATH }: Env): Env {
  return { PATH: `${join(directory, 'node_modules', '.bin')}:${PATH}`, STORAGE_PATH: storage };
}

export function placeEnv({ port, socketPath, pm2Home }: NodePlace): Env {
  mkdirSync(pm2Home, { recursive: true });
  return { APP_PORT: `${port}`, SOCKET_PATH: socketPath, PM2_HOME: pm2Home };
}

const run = promisify(execFile);
const MARK = '\n@@environment@@';
const cache = new Map<string, Promise<Env>>();

/**
 * What the host's CLI makes of an operator's environment before it starts the server. The harness starts the server
 * itself, with exactly this environment: that saves two more node processes and about three seconds for each start,
 * and the process that a test kills is the server and not a wrapper.
 */
export function hostEnv(slot: Slot, env: Env): Promise<Env> {
  const key = JSON.stringify([slot.directory, env]);
  const known = cache.get(key) ?? askCli(slot, env);
  cache.set(key, known);
  return known;
}

async function askCli(slot: Slot, env: Env): Promise<Env> {
  const script = [
    "const util = require('@nocobase/cli-v1/src/util');",
    'util.initEnv();',
    'util.generateAppDir();',
    `process.stdout.write(${JSON.stringify(MARK)} + JSON.stringify(process.env));`,
  ].join('\n');
  const place = placeEnv({
    port: 13000,
    socketPath: join(slot.storage, 'gateway.sock'),
    pm2Home: `${slot.storage}/.pm2`,
  });
  const { stdout } = await run(process.execPath, ['-e', script], {
    cwd: slot.directory,
    env: { ...env, ...place },
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf(MARK) + MARK.length)) as Env;
}

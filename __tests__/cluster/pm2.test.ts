import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeView, StatusBody } from '../../src/shared/api';
import { freePort, signIn, type Api, type Cluster } from '../../tools/cluster';
import { placeEnv } from '../../tools/cluster/node-env';
import { emptyDatabase, eventually, launch, MINUTE, START } from './support';

const WORKERS = 4;
const SAMPLE = { name: 'nocobase-plugin-sample-pm2', version: '1.0.0', text: 'here' };

interface Process {
  readonly pid: number;
  readonly pm2_env: { readonly status: string; readonly restart_time: number };
}

let cluster: Cluster;
let url: string;
let home: string;
let api: Api;

/** The real PM2 that NocoBase brings, with a daemon of its own. */
function pm2(...words: string[]): Promise<string> {
  const { slot, env } = cluster;
  const place = placeEnv({ port: Number(new URL(url).port), socketPath: join(home, 'gateway.sock'), pm2Home: home });
  const own = { CLUSTER_MODE: `${WORKERS}`, PM2_HOME: home };
  const options = { cwd: slot.directory, env: { ...env, ...place, ...own }, timeout: 4 * MINUTE, maxBuffer: 64 << 20 };
  return new Promise((resolve, reject) => {
    execFile(join(slot.directory, 'node_modules', '.bin', 'pm2'), words, options, (error, out, errors) =>
      error ? reject(new Error(`pm2 ${words.join(' ')}: ${out}${errors}`)) : resolve(out),
    );
  });
}

async function processes(): Promise<Process[]> {
  const out = await pm2('jlist', '--silent');
  return JSON.parse(out.slice(out.indexOf('['))) as Process[];
}

/** On a connection of its own: PM2 gives connections out one after the other, so each meets another process. */
function statusOf(path: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = get(`${url}/api/${path}`, { agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on('error', () => resolve(0));
  });
}

async function nodes(): Promise<readonly NodeView[]> {
  const { body } = await api.get<{ data?: StatusBody }>('clusterMaintenance:status');
  return body.data?.nodes ?? [];
}

function allServe(): Promise<readonly NodeView[]> {
  return eventually(cluster, 'Not all processes serve', START, async () => {
    const all = await nodes().catch(() => []);
    const equal = all.every(({ phase, fingerprintMatch }) => phase === 'serving' && fingerprintMatch === 'equal');
    return all.length === WORKERS && equal && all;
  });
}

/** What so many requests in a row are answered with, whichever process each of them meets. */
async function statuses(path: string, times = WORKERS * 4): Promise<number[]> {
  const seen: number[] = [];
  for (let turn = 0; turn < times; turn += 1) seen.push(await statusOf(path));
  return [...new Set(seen)].sort();
}

beforeAll(async () => {
  cluster = await launch({ database: await emptyDatabase(), nodes: 0, samples: [SAMPLE] });
  url = `http://127.0.0.1:${await freePort()}`;
  home = join(cluster.slot.storage, 'pm2-home');
  mkdirSync(home, { recursive: true });
  copyFileSync('deploy/pm2/ecosystem.config.cjs', join(cluster.slot.directory, 'ecosystem.config.cjs'));
});
afterAll(async () => {
  if (!cluster) return;
  await pm2('kill').catch(() => undefined);
  rmSync(join(cluster.slot.directory, 'ecosystem.config.cjs'), { force: true });
  await cluster.stopAll();
});

describe('four processes of PM2 behind one port', () => {
  it('install an empty database once, and then all serve under names of their own', async () => {
    await pm2('start', 'ecosystem.config.cjs', '--silent');
    await eventually(cluster, 'Nobody serves', START, async () => (await statusOf('clusterMaintenance:ready')) === 200);
    api = await eventually(cluster, 'Nobody can sign in', MINUTE, () => signIn(url).catch(() => undefined));
    const all = await allServe();
    expect(new Set(all.map(({ name }) => name)).size).toBe(WORKERS);
    expect(all.map(({ name }) => name.split('#')[1]).sort()).toEqual(['0', '1', '2', '3']);
    expect(await statuses('clusterMaintenance:ready')).toEqual([200]);
    const { body } = await api.get<{ data: { operations: { kind: string; result: string }[] } }>(
      'clusterMaintenance:history',
    );
    expect(body.data.operations.map(({ kind, result }) => [kind, result])).toEqual([['install', 'done']]);
    expect((await processes()).map(({ pm2_env }) => pm2_env.restart_time)).toEqual([0, 0, 0, 0]);
  });

  it('all load a plugin that one of them was asked to enable', async () => {
    expect(await statuses(`${SAMPLE.name}:ping`)).not.toContain(200);
    const enabled = await api.post(`pm:enable?filterByTk=${encodeURIComponent(SAMPLE.name)}&awaitResponse=true`);
    expect(enabled.status).toBe(200);
    await allServe();
    expect(await statuses(`${SAMPLE.name}:ping`)).toEqual([200]);
  });

  it('lose one that is killed and have it back, and the others go on', async () => {
    const before = await processes();
    const identities = (await nodes()).map(({ bootId }) => bootId);
    process.kill(before[1]?.pid ?? fail(), 'SIGKILL');
    await eventually(cluster, 'PM2 starts no other', MINUTE, async () =>
      (await nodes().catch(() => [])).some(({ bootId }) => !identities.includes(bootId)),
    );
    const all = await allServe();
    expect(all.filter(({ bootId }) => identities.includes(bootId))).toHaveLength(WORKERS - 1);
    expect(await statuses(`${SAMPLE.name}:ping`)).toEqual([200]);
    const { body } = await api.get<{ data: { operations: { kind: string }[] } }>('clusterMaintenance:history');
    expect(body.data.operations.map(({ kind }) => kind)).toEqual(['pm.enable', 'install']);
  });

  it('are replaced one after the other, and each ends by itself as soon as it has stopped', async () => {
    const identities = (await nodes()).map(({ bootId }) => bootId);
    const mark = daemonLog().length;
    await pm2('reload', 'nocobase', '--silent');
    const all = await allServe();
    for (const { bootId } of all) expect(identities).not.toContain(bootId);
    expect(await statuses(`${SAMPLE.name}:ping`)).toEqual([200]);
    await eventually(cluster, 'Not all processes of before are gone', MINUTE, () => ends(mark).length === WORKERS);
    expect(ends(mark).every((line) => line.includes('code [0]'))).toBe(true);
    expect(ends(mark).filter((line) => line.includes('SIGKILL'))).toEqual([]);
  });
});

const daemonLog = () => readFileSync(join(home, 'pm2.log'), 'utf8');

/** What PM2 says of the processes that have ended since. */
function ends(mark: number): string[] {
  return daemonLog()
    .slice(mark)
    .split('\n')
    .filter((line) => line.includes('exited with code'));
}

function fail(): never {
  throw new Error('PM2 runs fewer processes.');
}

import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packSamplePlugin, startCluster, startPostgres, type Cluster, type PostgresServer } from '..';
import { isRunning } from '../cleanup';
import { acquireSlot } from '../slots';

const SAMPLE = { name: 'harness-sample', version: '1.0.0', text: 'hello', collection: 'harnessThings' };
let postgres: PostgresServer;
let cluster: Cluster;

beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.createDatabase('app');
  cluster = await startCluster({ nodes: 1, database: 'app', postgres, plugin: 'none', supervised: true });
});

afterAll(async () => {
  await cluster?.stopAll();
  await postgres?.stop();
});

it('installs an empty database and serves; a supervised node comes back after kill -9', async () => {
  const node = cluster.node(0);
  expect(await node.health()).toBe(200);
  const killed = node.pid;
  const gone = node.exited;
  node.kill('SIGKILL');
  expect(await gone).toEqual({ code: null, signal: 'SIGKILL' });
  await node.waitServing();
  expect(node.pid).not.toBe(killed);
  expect(node.starts).toBe(2);
});

it('runs commands as an operator would: adds a plugin from a file, enables it through the running app', async () => {
  const added = await cluster.runCli(['pm', 'add', packSamplePlugin(SAMPLE)]);
  expect(added).toMatchObject({ code: 0 });
  const link = join(cluster.slot.directory, 'node_modules', SAMPLE.name);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);

  const enabled = await cluster.runCli(['pm', 'enable', SAMPLE.name], { node: cluster.node(0) });
  expect(enabled).toMatchObject({ code: 0 });
  const api = await cluster.signIn();
  const answer = await api.get(`${SAMPLE.name}:ping`);
  expect(answer.body).toEqual({ data: { version: SAMPLE.version, text: SAMPLE.text } });
  expect(await postgres.query('app', 'SELECT count(*)::int AS n FROM "harnessThings"')).toEqual([{ n: 0 }]);
});

it('shows the end of the log when a node does not start', async () => {
  const starting = startCluster({
    nodes: 1,
    database: 'app',
    postgres,
    plugin: 'none',
    env: { DB_DIALECT: 'nowhere' },
  });
  await expect(starting).rejects.toThrow(/node1 does not serve.*its process ended[\s\S]*nowhere/);
});

it('leaves no process, and gives its slot back without its plugins and its storage', async () => {
  const { slot, nodes } = cluster;
  const pids = nodes.map((node) => node.pid);
  await cluster.stopAll();
  expect(pids.filter((pid) => isRunning(pid))).toEqual([]);

  // The next one takes the first slot that is free, and a run beside this one may have left another.
  const taken = [];
  do {
    taken.push(acquireSlot());
  } while (taken.at(-1)?.number !== slot.number && taken.length < 16);
  const again = taken.at(-1);
  taken.forEach((one) => one.release());
  expect(again?.number).toBe(slot.number);
  expect(existsSync(join(slot.directory, 'node_modules', SAMPLE.name))).toBe(false);
  expect(readdirSync(slot.storage).sort()).toEqual(['plugins', 'tmp']);
  expect(readdirSync(slot.plugins)).toEqual([]);
});

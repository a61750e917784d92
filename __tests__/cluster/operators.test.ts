import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { request, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { placeEnv } from '../../tools/cluster/node-env';
import document from '../../src/swagger';
import { seriesOf } from '../app/metrics/scrape';
import { misfits } from '../swagger/fits';
import { pluginAction } from './commands';
import {
  ended,
  epochNow,
  eventually,
  installedDatabase,
  MINUTE,
  serving,
  servingCluster,
  statusOf,
  tellStoryOnFailure,
} from './support';

const TOKEN = 'scrape-secret';
const PLUGIN = 'nocobase-plugin-cluster-maintenance';
/** The examples of the manual, as they stand there; the first one defines what the others call. */
const [DEFINITION = '', ...EXAMPLES] = readFileSync('docs/cli.md', 'utf8')
  .split('```sh\n')
  .slice(1)
  .map((part) => part.split('```', 1)[0] ?? '');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

let cluster: Cluster;
let api: Api;

beforeAll(async () => {
  const nodeEnv = (index: number) => ({
    CLUSTER_MAINTENANCE_NODE_NAME: `node ${'ab'.charAt(index)}`,
    CLUSTER_MAINTENANCE_METRICS_TOKEN: TOKEN,
  });
  ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 2, nodeEnv }));
});
beforeEach(() => tellStoryOnFailure(() => cluster));
afterAll(() => cluster?.stopAll());

/** A script in the folder of the app, as an operator writes it. */
function script(text: string): Promise<Ended> {
  const home = mkdtempSync(join(tmpdir(), 'operator-'));
  const place = placeEnv({ port: 13000, socketPath: join(home, 'none.sock'), pm2Home: home });
  const options = { cwd: cluster.slot.directory, env: { ...cluster.env, ...place }, timeout: 3 * MINUTE };
  return new Promise((resolve) => {
    execFile('bash', ['-euo', 'pipefail', '-c', `${DEFINITION}\n${text}`], options, (error, out, errors) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, out, errors });
    });
  });
}

describe('what a script calls', () => {
  it.each(EXAMPLES.map((example) => ({ title: example.split('\n')[0], example })))(
    'runs as the manual shows it: $title',
    async ({ example }) => {
      const { code, out, errors } = await script(example);
      expect({ code, out, errors }).toMatchObject({ code: 0 });
      await serving(cluster);
    },
  );

  it('says what the examples promise', async () => {
    const told = await script(EXAMPLES.find((example) => example.includes('status --json')) ?? '');
    // In the order in which they started.
    expect(told.out.trim().split('\n').sort()).toEqual(['node a: serving', 'node b: serving']);
    const history = await script('maintenance history --json');
    const { operations } = JSON.parse(history.out) as { operations: OperationRecord[] };
    expect(operations.map(({ kind, subject, result }) => [kind, subject, result])).toEqual(
      expect.arrayContaining([
        ['work', 'Rebuild the index', 'done'],
        ['work', 'Copy the uploads', 'done'],
        ['maintenance', 'Move the disks', 'done'],
      ]),
    );
    expect(readFileSync(join(cluster.slot.directory, 'rebuilt.txt'), 'utf8')).toBe('from table one to table two\n');
  });

  it('runs a command while no node takes traffic, and ends with its code', async () => {
    const [a, b] = cluster.nodes.map(({ url }) => `${url}/api/clusterMaintenance:ready`);
    const look = `const ask = async (url) => (await fetch(url)).status;
      Promise.all(["${a}", "${b}"].map(ask)).then((all) => { console.log(all.join()); process.exit(5); });`;
    const { code, out, errors } = await script(`maintenance run --reason Look --json -- node -e '${look}'`);
    expect(code).toBe(5);
    expect(errors).toContain('503,503');
    expect(JSON.parse(out)).toMatchObject({ ok: false, code: 5, result: 'failed' });
    await serving(cluster);
  });

  it('holds the operation when the shell is killed in the middle, and a script hears of it', async () => {
    const before = await epochNow(cluster, api);
    const go = join(mkdtempSync(join(tmpdir(), 'killed-')), 'pid');
    const running = script(`maintenance run --reason Endless -- sh -c 'echo $PPID > ${go}; exec sleep 600'`);
    const pid = await eventually(cluster, 'The command does not begin', MINUTE, () => numberIn(go));
    process.kill(pid, 'SIGKILL');
    expect((await running).code).toBe(137);
    expect((await script('maintenance wait --timeout 60')).code).toBe(4);
    const { out } = await script('maintenance status --json');
    const { id } = (JSON.parse(out) as { operation: OperationRecord }).operation;
    expect((await script(`maintenance resolve ${id} resume`)).code).toBe(0);
    expect((await script(`maintenance wait --operation ${id} --nodes 2`)).code).toBe(4);
    expect((await script('maintenance wait')).code).toBe(0);
    expect(await ended(cluster, api, before)).toMatchObject({ id, kind: 'work', subject: 'Endless' });
  });

  it('tells by its code what could not be done, and by yarn only that it could not', async () => {
    expect((await script('maintenance wait --timeout 0 --nodes 9')).code).toBe(3);
    expect((await script('maintenance get nothing')).code).toBe(1);
    expect((await script('maintenance run -- true')).code).toBe(125);
    const offline = 'CLUSTER_MAINTENANCE_REDIS_URL=redis://127.0.0.1:1 maintenance wait --timeout 0';
    expect((await script(offline)).code).toBe(2);
    const throughShell = 'node node_modules/@nocobase/cli-v1/bin/index.js maintenance wait --timeout 0';
    expect((await script(throughShell)).code).toBe(0);
    expect((await script(`${throughShell} --nodes 9`)).code).toBe(1);
  });
});

function numberIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

describe('the metrics of real nodes', () => {
  const scrape = async (node: ClusterNode) => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { status, body } = await request<string>(node.url, 'clusterMaintenance:metrics', { headers });
    expect(status).toBe(200);
    return body;
  };

  it('need the token, and tell what an operation did on each node', async () => {
    const [a, b] = [cluster.node(0), cluster.node(1)];
    expect((await request(a.url, 'clusterMaintenance:metrics')).status).toBe(401);
    const drainsBefore = seriesOf(await scrape(b), 'drains_total')[''] ?? 0;
    const before = await epochNow(cluster, api);
    expect((await pluginAction(api, 'enable', 'api-doc', a)).status).toBe(200);
    await ended(cluster, api, before);
    await serving(cluster);
    const [text, other] = await Promise.all([scrape(a), scrape(b)]);
    expect(text).toContain('node="node a"');
    expect(seriesOf(text, 'operations_total')).toMatchObject({ 'pm.enable done': 1 });
    expect(seriesOf(text, 'operation_phase_seconds_count')).toMatchObject({ 'pm.enable working': 1 });
    expect(seriesOf(other, 'operations_total')['pm.enable done']).toBeUndefined();
    expect(seriesOf(other, 'drains_total')['']).toBe(drainsBefore + 1);
    expect(seriesOf(text, 'nodes')).toMatchObject({ serving: 2 });
    expect(seriesOf(text, 'redis_up')).toEqual({ '': 1 });
    expect(seriesOf(text, 'redis_command_seconds_count').report).toBeGreaterThan(1);
  });
});

describe('the API documentation plugin of NocoBase', () => {
  it('shows what this plugin answers', async () => {
    const urls = await api.get<{ data: { name: string; url: string }[] }>('swagger:getUrls');
    const own = urls.body.data.find(({ url }) => decodeURIComponent(url).endsWith(`plugins/${PLUGIN}`));
    expect(own?.name).toContain('Cluster maintenance');
    const shown = await api.get<{ paths: object; components: { schemas: object } }>(own?.url ?? '');
    expect(Object.keys(shown.body.paths)).toContain('/clusterMaintenance:resolve');
    expect(Object.keys(shown.body.components.schemas)).toContain('ClusterMaintenanceStatus');
  });

  it.each(Object.entries(document.paths).filter(([, { get }]) => get && !('security' in get)))(
    'tells of %s what a real node answers',
    async (path) => {
      const { lastOperation } = await statusOf(api, cluster.node(0));
      const questions = `filterByTk=${lastOperation?.id}&action=pm:enable&subject=api-doc&limit=5`;
      const { status, body } = await api.get(`${path.slice(1)}?${questions}`);
      expect(status).toBe(200);
      expect(misfits(path, status, body)).toEqual([]);
    },
  );
});

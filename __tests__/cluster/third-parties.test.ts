import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory, type Answer, type Api, type Cluster } from '../../tools/cluster';
import { drainedBody, enableAll, inPhase, operation } from './commands';
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
import { MIGRATED, MIGRATION, migrationPlugin } from './migration-plugin';
import { RUNS, WORK, workPlugin } from './work-plugin';

describe('work that another plugin declares', () => {
  const folder = temporaryDirectory('work');
  let cluster: Cluster;
  let api: Api;
  let files = 0;
  const release: string[] = [];

  beforeAll(async () => {
    const env = { CLUSTER_MAINTENANCE_HOLD_MS: '500' };
    ({ cluster, api } = await servingCluster({
      database: await installedDatabase(),
      nodes: 3,
      samples: [workPlugin, migrationPlugin],
      env,
    }));
    await enableAll({ cluster, api }, [`${WORK},${MIGRATION}`]);
  }, 4 * MINUTE);
  beforeEach(() => tellStoryOnFailure(() => cluster));
  // Work that a failed test has left behind would keep the next one waiting.
  afterEach(() => release.splice(0).forEach((file) => writeFileSync(file, '')));
  afterAll(async () => {
    await cluster?.stopAll();
    folder.remove();
  });

  const at = (index: number) => api.at(cluster.node(index).url);
  function gateFile(): string {
    const file = join(folder.path, `go-${(files += 1)}`);
    release.push(file);
    return file;
  }
  const begin = (index: number, action: string, file: string, resource = 'sampleWork') =>
    at(index).post(`${resource}:${action}?until=${encodeURIComponent(file)}`);
  const data = (answer: Answer) => (answer.body as { data?: unknown }).data;

  async function runs(title: string, table = RUNS): Promise<number> {
    const sql = `SELECT title FROM "${table}" WHERE title = $1`;
    return (await cluster.postgres.query(cluster.database, sql, [title])).length;
  }

  it('runs alone when it is exclusive, is told of everywhere, and its caller gets what it returned', async () => {
    const file = gateFile();
    const before = await epochNow(cluster, api);
    const work = begin(1, 'rebuild', file);
    const record = await inPhase(cluster, api, cluster.node(1), 'working');
    expect(record).toMatchObject({ kind: 'work', subject: `${WORK}: rebuild index`, scope: 'all', changed: true });
    expect(record.requestedBy).toBe('Super Admin');
    await eventually(cluster, 'No progress is shown', 10_000, async () => {
      return (await statusOf(api, cluster.node(2))).operation?.step === `waits for ${record.epoch}`;
    });
    const other = await at(0).get('users:list');
    expect(other).toMatchObject({ status: 503, body: drainedBody(cluster.node(1), 'work') });
    writeFileSync(file, '');
    expect(data(await work)).toEqual({ epoch: record.epoch });
    expect(await ended(cluster, api, before)).toMatchObject({ result: 'done', kind: 'work' });
    await serving(cluster);
    expect(await runs('rebuilt')).toBe(1);
  });

  it('is refused while other work runs, on every node, with who holds it', async () => {
    const file = gateFile();
    const first = begin(0, 'tally', file);
    await inPhase(cluster, api, cluster.node(0), 'working');
    const second = await begin(2, 'tally', file);
    const third = await begin(1, 'dump', file);
    expect([second.status, third.status]).toEqual([503, 409]);
    writeFileSync(file, '');
    expect((await first).status).toBe(200);
  });

  it('lets every node serve what only reads when it is quiet', async () => {
    const file = gateFile();
    const done = operation({ cluster, api }, { kind: 'work', scope: 'writes', changed: false }, async () => {
      const work = begin(2, 'tally', file);
      await inPhase(cluster, api, cluster.node(2), 'working');
      const reads = await Promise.all([0, 1, 2].map((index) => at(index).get('users:list')));
      expect(reads.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect((await at(0).post(`${RUNS}:create`, { title: 'late' })).status).toBe(503);
      writeFileSync(file, '');
      expect((await work).status).toBe(200);
    });
    await done;
    expect((await at(1).post(`${RUNS}:create`, { title: 'after' })).status).toBe(200);
  });

  it('fails with its own error, and the nodes serve', async () => {
    const before = await epochNow(cluster, api);
    const answer = await at(0).post('sampleWork:fail');
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).toContain('the index is broken');
    expect(await ended(cluster, api, before)).toMatchObject({
      result: 'failed',
      reason: expect.stringContaining('the index is broken') as string,
    });
    await serving(cluster);
  });

  it('joins the work that it is a part of, unless that lets others read', async () => {
    const nested = (outer: string, inner: string) => at(0).post(`sampleWork:nested?outer=${outer}&inner=${inner}`);
    expect(data(await nested('runExclusive', 'runQuietly'))).toBe(true);
    await serving(cluster);
    expect(data(await nested('runQuietly', 'runQuietly'))).toBe(true);
    const before = await epochNow(cluster, api);
    expect(await nested('runQuietly', 'runExclusive')).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'MAINTENANCE_INVALID_REQUEST' }] },
    });
    // Whoever asked is answered as soon as it has failed.
    expect(await ended(cluster, api, before)).toMatchObject({ result: 'failed' });
    await serving(cluster);
  });

  it('is an action that was registered, to the end of its handler', async () => {
    const file = gateFile();
    const record = await operation(
      { cluster, api },
      { kind: 'work', subject: `${WORK}: swap`, scope: 'all' },
      async () => {
        const work = begin(0, 'swap', file);
        await inPhase(cluster, api, cluster.node(0), 'working');
        writeFileSync(file, '');
        expect((await work).status).toBe(200);
      },
    );
    expect(await runs('swapped')).toBe(1);
    expect(record.changed).toBe(true);
  });

  it('is an action that answers at once, to the end of what it has handed over', async () => {
    const file = gateFile();
    await operation({ cluster, api }, { kind: 'work', subject: `${WORK}: dump`, scope: 'writes' }, async () => {
      expect(data(await begin(0, 'dump', file))).toBe('dumping');
      expect((await statusOf(api, cluster.node(1))).operation).toMatchObject({ phase: 'working' });
      expect((await at(1).post(`${RUNS}:create`, { title: 'late' })).status).toBe(503);
      writeFileSync(file, '');
    });
    expect(await runs('dumped')).toBe(1);
  });

  it('is a migration file that is made, until the plugin says that its task has ended', async () => {
    const file = gateFile();
    const quiet = { kind: 'migration', scope: 'writes', changed: false } as const;
    await operation({ cluster, api }, quiet, async () => {
      expect(data(await begin(0, 'create', file, 'migration'))).toMatchObject({ inProgress: true });
      // Longer than a handler may take to start a command.
      await eventually(cluster, 'It does not last', MINUTE, () => runningSince(4_000));
      expect((await at(1).post(`${RUNS}:create`, { title: 'late' })).status).toBe(503);
      writeFileSync(file, '');
    });
  });

  it('is a migration that is run, until its command has ended', async () => {
    const file = gateFile();
    const record = await operation({ cluster, api }, { kind: 'migration', scope: 'all', changed: true }, async () => {
      expect(data(await begin(2, 'execute', file, 'migration'))).toBe('ok');
      await eventually(cluster, 'It does not last', MINUTE, () => runningSince(4_000));
      expect((await at(1).get('users:list')).status).toBe(503);
      writeFileSync(file, '');
    });
    expect(record.requestedBy).toBe('Super Admin');
    expect(await runs('migrated', MIGRATED)).toBe(1);
  });

  it('is a migration by a command of the shell', async () => {
    const file = gateFile();
    writeFileSync(file, '');
    const run = (command: string) => cluster.runCli(['migration', command, file]);
    const whole = { kind: 'migration', scope: 'all', requestedBy: 'CLI', subject: basename(file) } as const;
    await operation({ cluster, api }, whole, async () => {
      const { code, output } = await run('run');
      expect(code, output).toBe(0);
    });
    await operation({ cluster, api }, { ...whole, scope: 'writes' }, async () => {
      const { code, output } = await run('generate');
      expect(code, output).toBe(0);
    });
    expect(await runs('migrated', MIGRATED)).toBe(2);
  });

  /** As a node tells it that does not lead: the command of the leader loads its app anew. */
  async function runningSince(ms: number): Promise<boolean> {
    const { operation: running, now } = await statusOf(api, cluster.node(1));
    if (running?.phase !== 'working') throw new Error(`It is ${running?.phase ?? 'over'}.`);
    return now - running.phaseSince > ms;
  }

  it('is held when the process dies in exclusive work, and writes go on by themselves after quiet work', async () => {
    const quiet = begin(1, 'tally', gateFile()).catch(() => undefined);
    const before = (await inPhase(cluster, api, cluster.node(1), 'working')).epoch;
    await cluster.node(1).stop('SIGKILL');
    await quiet;
    expect(await ended(cluster, api, before - 1)).toMatchObject({ result: 'aborted' });
    expect((await at(0).post(`${RUNS}:create`, { title: 'after a crash' })).status).toBe(200);
    const exclusive = begin(2, 'rebuild', gateFile()).catch(() => undefined);
    await inPhase(cluster, api, cluster.node(2), 'working');
    await cluster.node(2).stop('SIGKILL');
    await exclusive;
    const held = await inPhase(cluster, api, cluster.node(0), 'held');
    expect(held.reason).toContain(`work ${WORK}: rebuild index`);
    const resolved = await at(0).post('clusterMaintenance:resolve', { operationId: held.id, resolution: 'resume' });
    expect(resolved.status).toBe(200);
    await serving(cluster, [cluster.node(0)]);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packSamplePlugin, unpackPlugin, type Answer, type Api, type Cluster } from '../../tools/cluster';
import {
  backupsSince,
  beginBackup,
  createBackup,
  filesOf,
  listed,
  metadataOf,
  scheduleIn,
  setBackups,
  taskOf,
  untilOver,
} from './backup-actions';
import { inPhase, pings, pluginAction } from './commands';
import { holdReaders, waitersOf } from './holds';
import { makeNotes, notesIn, readiness } from './manual';
import { dumpTool, FULL_DISK, type DumpTool } from './slow-tools';
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

const SAMPLE = { name: 'sample', version: '1.0.0', text: 'one' };
/** Kinds that are backed up before in these tests. */
const BEFORE = { CLUSTER_MAINTENANCE_BACKUP_BEFORE: 'pm.enable,pm.disable,upgrade' };

describe('backups of a cluster of three nodes', () => {
  let cluster: Cluster;
  let api: Api;
  let tool: DumpTool;

  beforeAll(async () => {
    tool = dumpTool();
    const database = await installedDatabase();
    ({ cluster, api } = await servingCluster({ database, nodes: 3, env: tool.env, samples: [SAMPLE] }));
    await cluster.enablePlugin('backups');
    await makeNotes(api);
    // Collections are known to the node that made them; the others load them anew.
    await Promise.all(cluster.nodes.map((node) => node.restart(BEFORE)));
    await serving(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterEach(async () => {
    tool.release();
    tool.fail(false);
    await eventually(cluster, 'An operation does not end', MINUTE, async () => {
      const status = await statusOf(api, cluster.node(0)).catch(() => undefined);
      return status && !status.operation;
    });
  });
  afterAll(async () => {
    tool?.remove();
    await cluster?.stopAll();
  });

  it('let reads go on and hold writes on every node; all that was written is there exactly once', async () => {
    const [before, dumps] = [await epochNow(cluster, api), tool.begun()];
    tool.hold();
    const file = await beginBackup(api, cluster.node(0));
    const record = await inPhase(cluster, api, cluster.node(2), 'working');
    expect(record).toMatchObject({ kind: 'backup', scope: 'writes', subject: file, requestedBy: 'Super Admin' });
    await tool.untilBegun(cluster, dumps);
    const answered: number[] = [];
    const uids = Array.from({ length: 30 }, (_, index) => `note ${String(index).padStart(2, '0')}`);
    const written = uids.map(async (uid, index) => {
      const { status } = await api.at(cluster.node(index % 3).url).post('notes:create', { uid });
      answered.push(status);
    });
    for (const node of cluster.nodes) expect((await api.at(node.url).get('notes:list')).status).toBe(200);
    expect(await readiness(cluster)).toEqual([200, 200, 200]);
    expect(answered).toEqual([]);
    expect(await notesIn(cluster)).toEqual([]);
    tool.release();
    expect(await ended(cluster, api, before)).toMatchObject({ kind: 'backup', subject: file, result: 'done' });
    await Promise.all(written);
    expect(answered).toEqual(Array(30).fill(200));
    expect(await notesIn(cluster)).toEqual(uids);
    expect(filesOf(cluster).kept).toContain(file);
  });

  it('run one at a time: a second one is refused with the holder, on every node', async () => {
    tool.hold();
    const file = await beginBackup(api, cluster.node(1));
    await inPhase(cluster, api, cluster.node(0), 'working');
    const second = await Promise.all(cluster.nodes.map((node) => createBackup(api, node)));
    const { name: holder } = (await statusOf(api, cluster.node(0))).operation?.leader ?? {};
    for (const answer of second as Answer[]) {
      expect(answer).toMatchObject({
        status: 409,
        body: { errors: [{ code: 'MAINTENANCE_IN_PROGRESS', kind: 'backup', holder }] },
      });
    }
    tool.release();
    expect(await untilOver(cluster, api, cluster.node(2), file)).toEqual({ inProgress: false });
  });

  it('are known on every node, and the list of another node leaves the lock of one that runs', async () => {
    tool.hold();
    const file = await beginBackup(api, cluster.node(0));
    await inPhase(cluster, api, cluster.node(1), 'working');
    for (const node of cluster.nodes) {
      expect(await taskOf(api, node, file)).toEqual({ inProgress: true });
      expect(await listed(api, node)).toContainEqual({ name: file, inProgress: true });
    }
    // The host removes locks after it has answered.
    expect(await listed(api, cluster.node(2))).toContainEqual({ name: file, inProgress: true });
    expect(filesOf(cluster).work).toContain(`${file}.lock`);
    tool.release();
    for (const node of cluster.nodes) {
      expect(await untilOver(cluster, api, node, file)).toEqual({ inProgress: false });
      expect(await listed(api, node)).toContainEqual(expect.objectContaining({ name: file, inProgress: false }));
    }
  });

  it('say on every node why they failed', async () => {
    const before = await epochNow(cluster, api);
    tool.fail(true);
    const file = await beginBackup(api, cluster.node(2));
    const record = await ended(cluster, api, before);
    expect(record).toMatchObject({
      kind: 'backup',
      result: 'failed',
      reason: expect.stringContaining(FULL_DISK) as string,
    });
    for (const node of cluster.nodes) {
      const task = await untilOver(cluster, api, node, file);
      expect(task.message).toContain(FULL_DISK);
    }
    expect(filesOf(cluster).kept).not.toContain(file);
    expect((await api.post('notes:create', { uid: 'after a failure' })).status).toBe(200);
  });

  it('hold nothing when their node is killed in the middle, and leave nothing behind', async () => {
    const [before, dumps] = [await epochNow(cluster, api), tool.begun()];
    tool.hold();
    const file = await beginBackup(api, cluster.node(1));
    await inPhase(cluster, api, cluster.node(0), 'working');
    await tool.untilBegun(cluster, dumps);
    const written = api.post('notes:create', { uid: 'during a crash' });
    cluster.node(1).kill('SIGKILL');
    const record = await ended(cluster, api, before);
    expect(record).toMatchObject({ kind: 'backup', result: 'aborted', changed: false });
    expect((await written).status).toBe(200);
    expect((await taskOf(api, cluster.node(2), file))?.message).toContain('disappeared');
    expect(await listed(api, cluster.node(2))).not.toContainEqual(expect.objectContaining({ name: file }));
    expect(filesOf(cluster).work).toEqual([]);
    tool.release();
    await cluster.node(1).restart();
    await serving(cluster);
    const next = await beginBackup(api, cluster.node(2));
    expect(await untilOver(cluster, api, cluster.node(0), next)).toEqual({ inProgress: false });
  });

  it('by schedule are made by one node, although the timers of all fire', async () => {
    const before = await epochNow(cluster, api);
    const cron = scheduleIn(25);
    // Only what changes something sets a timer.
    const changes = cluster.nodes.map((_, index) => ({ scheduled: true, cron, keep: 50 + index }));
    for (const [index, node] of cluster.nodes.entries()) await setBackups(api, node, changes[index] ?? {});
    for (const node of cluster.nodes) await node.waitForLog(/Next backup scheduled at/, MINUTE);
    expect(await ended(cluster, api, before)).toMatchObject({
      kind: 'backup',
      requestedBy: 'schedule',
      result: 'done',
    });
    // Each of the others says whose it is, as soon as its own timer has fired.
    await eventually(cluster, 'Not every timer fired', MINUTE, () => {
      const said = cluster.nodes.filter((node) => node.log().includes('The scheduled backup is that of'));
      return said.length === 2;
    });
    expect(await backupsSince(api, before)).toHaveLength(1);
    await setBackups(api, cluster.node(0), { scheduled: false });
  });

  it('are taken before a plugin is enabled, when every node has drained, and are not cleaned up', async () => {
    const before = await epochNow(cluster, api);
    tool.fail(true);
    const refused = await pluginAction(api, 'enable', SAMPLE.name, cluster.node(1));
    const failed = await ended(cluster, api, before);
    expect(failed).toMatchObject({ kind: 'pm.enable', result: 'aborted', changed: false });
    expect(failed.reason).toContain(FULL_DISK);
    expect(JSON.stringify(refused.body)).toContain(FULL_DISK);
    await serving(cluster);
    expect(await pings(cluster, SAMPLE.name)).toEqual([404, 404, 404]);
    tool.fail(false);
    expect((await pluginAction(api, 'enable', SAMPLE.name, cluster.node(1))).status).toBe(200);
    const done = await ended(cluster, api, failed.epoch);
    expect(done).toMatchObject({ kind: 'pm.enable', result: 'done' });
    const file = done.backup?.file ?? '';
    expect(file).toMatch(/^before-pm-enable_\d{8}_\d{6}_\d{4}\.nbdata$/);
    await serving(cluster);
    await setBackups(api, cluster.node(0), { keep: 1 });
    const next = await beginBackup(api, cluster.node(0));
    await untilOver(cluster, api, cluster.node(0), next);
    const kept = () => filesOf(cluster).kept.filter((name) => name.endsWith('.nbdata'));
    await eventually(cluster, 'Old backups stay', MINUTE, () => kept().length === 2);
    expect(kept()).toEqual([next, file].sort());
  });

  it('that run before an operation are stopped when somebody cancels it, and leave nothing', async () => {
    const [before, files] = [await epochNow(cluster, api), filesOf(cluster)];
    // The tool itself is at work: it waits for this table.
    const hold = await holdReaders(cluster, 'notes');
    const asking = pluginAction(api, 'disable', SAMPLE.name, cluster.node(1));
    await eventually(cluster, 'The dump does not wait', MINUTE, async () => (await waitersOf(cluster, 'notes')) > 0);
    const { operation: running } = await statusOf(api, cluster.node(0));
    expect(running).toMatchObject({ kind: 'pm.disable', phase: 'draining', changed: false });
    expect(tool.running()).toHaveLength(1);
    const cancelled = await api.post('clusterMaintenance:cancel', { operationId: running?.id });
    expect(cancelled.status).toBe(200);
    expect((await asking).status).not.toBe(200);
    await eventually(cluster, 'The dump goes on', MINUTE, () => tool.running().length === 0);
    await eventually(cluster, 'The dump still waits', MINUTE, async () => (await waitersOf(cluster, 'notes')) === 0);
    await hold.release();
    expect(await ended(cluster, api, before)).toMatchObject({ result: 'aborted', changed: false });
    await eventually(cluster, 'Something of the backup is left', MINUTE, () => filesOf(cluster).work.length === 0);
    expect(filesOf(cluster)).toEqual(files);
    await serving(cluster);
  });

  it('are taken before the upgrade of a start, although no app has loaded yet', async () => {
    const before = await epochNow(cluster, api);
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    await unpackPlugin(packSamplePlugin({ ...SAMPLE, version: '1.1.0', text: 'two' }), cluster.slot);
    await Promise.all(cluster.nodes.map((node) => node.restart()));
    await serving(cluster);
    const record = await ended(cluster, api, before);
    expect(record).toMatchObject({ kind: 'upgrade', result: 'done' });
    expect(await pings(cluster, SAMPLE.name)).toEqual(['two', 'two', 'two']);
    const { plugins, database } = metadataOf(cluster, record.backup?.file ?? '');
    expect(database).toMatchObject({ dialect: 'postgres' });
    expect(plugins).toContainEqual(expect.objectContaining({ name: SAMPLE.name, version: '1.0.0' }));
    // The clean-up of this backup, too, leaves what the operation before can be rolled back to.
    const { kept } = filesOf(cluster);
    expect(kept).toContain(record.backup?.file);
    expect(kept.filter((name) => /^before-pm-enable.*\.nbdata$/.test(name))).toHaveLength(1);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, Api, Cluster } from '../../tools/cluster';
import { beginBackup, createBackup, filesOf, listed, taskOf, untilOver } from './backup-actions';
import { inPhase } from './commands';
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

describe('backups of a cluster of three nodes', () => {
  let cluster: Cluster;
  let api: Api;
  let tool: DumpTool;

  beforeAll(async () => {
    tool = dumpTool();
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 3, env: tool.env }));
    await cluster.enablePlugin('backups');
    await makeNotes(api);
    // Collections are known to the node that made them; the others load them anew.
    await Promise.all(cluster.nodes.map((node) => node.restart()));
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
});

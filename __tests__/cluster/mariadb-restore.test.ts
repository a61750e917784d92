import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { createBackup } from './backup-actions';
import { backUp, folderOf, metadataOf, writeBackup } from './backup-files';
import { enableAll, pings, pluginAction } from './commands';
import { installers } from './logs';
import { contentsOf, mariadbStage, titlesOf, type MariadbStage } from './mariadb-stage';
import { restoreUnderWrites } from './restoring';
import { ended, epochNow, launch, serving, tellStoryOnFailure } from './support';

const TABLE = 'mariaNotes';
const SAMPLE = { name: 'sample-maria', version: '1.0.0', text: 'maria', collection: TABLE };
const ENV = { CLUSTER_MAINTENANCE_BACKUP_BEFORE: 'pm.disable' };

const EMPTY = 'mysqldump on this machine is that of MariaDB';

describe('three nodes on MariaDB', () => {
  let stage: MariadbStage;
  let cluster: Cluster;
  let api: Api;
  let backup: string;

  beforeAll(async () => {
    stage = await mariadbStage();
    const env = { ...ENV, ...stage.env };
    cluster = await launch({ database: stage.database, nodes: 3, samples: [SAMPLE], env });
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    await cluster?.stopAll();
    await stage?.stop();
  });

  it('that start together on an empty database install it once', async () => {
    await serving(cluster);
    api = await cluster.signIn();
    expect(installers(cluster)).toHaveLength(1);
    expect(await stage.query('SELECT boot_id FROM cluster_maintenance_nodes')).toHaveLength(3);
  });

  it('load a plugin that one of them enables', async () => {
    await enableAll({ cluster, api }, ['backups', SAMPLE.name], cluster.node(1));
    expect(await pings(cluster, SAMPLE.name)).toEqual(Array(3).fill('maria'));
  });

  it('refuse backups, and what needs one, where the tool of MariaDB would leave an empty dump without a word', async () => {
    const before = await epochNow(cluster, api);
    stage.useTools(false);
    await createBackup(api, cluster.node(0));
    const backingUp = await ended(cluster, api, before);
    expect(backingUp).toMatchObject({ kind: 'backup', result: 'failed' });
    expect(backingUp.reason).toContain(EMPTY);
    await pluginAction(api, 'disable', SAMPLE.name, cluster.node(0));
    const disabling = await ended(cluster, api, backingUp.epoch);
    expect(disabling).toMatchObject({ kind: 'pm.disable', result: 'aborted', changed: false });
    expect(disabling.reason).toContain(EMPTY);
    await serving(cluster);
    expect(await pings(cluster, SAMPLE.name)).toEqual(Array(3).fill('maria'));
    stage.useTools(true);
  });

  it('restore under writes to all: what was acknowledged after the drain is stored, and all serve the restored data', async () => {
    await write('before the backup');
    backup = await backUp(cluster, api, cluster.node(0));
    const restoring = { cluster, api, backup, table: TABLE, titles: () => titlesOf(stage, TABLE), database: 'MariaDB' };
    await restoreUnderWrites(restoring);
    await sameEverywhere();
  });

  it('have the data of before when the load of a dump fails in its middle', async () => {
    await write('before the broken one');
    const metadata = await metadataOf(cluster, backup);
    const before = await contentsOf(stage);
    const rows = 'INSERT INTO half VALUES (1);\n'.repeat(100);
    const broken = Buffer.from(`CREATE TABLE half (id INT);\n${rows}THIS IS NO STATEMENT;\n`);
    const file = await writeBackup(temporaryDirectory('broken').path, 'broken.nbdata', metadata, broken);
    const epoch = await epochNow(cluster, api);
    expect((await api.at(cluster.node(2).url).upload('backups:upload', file)).status).toBe(200);
    const record = await ended(cluster, api, epoch);
    await serving(cluster);
    expect(record).toMatchObject({ kind: 'restore', result: 'failed' });
    expect(record.reason).toMatch(/The data of before are back\./);
    expect(await contentsOf(stage)).toEqual(before);
    await sameEverywhere();
  });

  it('go back to before a plugin was disabled', async () => {
    const before = await epochNow(cluster, api);
    expect((await pluginAction(api, 'disable', SAMPLE.name, cluster.node(0))).status).toBe(200);
    const disabling = await ended(cluster, api, before);
    expect(disabling).toMatchObject({ kind: 'pm.disable', result: 'done' });
    await serving(cluster);
    expect(await pings(cluster, SAMPLE.name)).toEqual([404, 404, 404]);
    const answer = await api.at(cluster.node(2).url).post('clusterMaintenance:rollBack', { operationId: disabling.id });
    expect(answer.status).toBe(200);
    expect(await ended(cluster, api, disabling.epoch)).toMatchObject({ kind: 'roll-back', result: 'done' });
    await serving(cluster);
    await sameEverywhere();
  });

  it('load what a shell has restored', async () => {
    await write('gone with the command');
    const before = await epochNow(cluster, api);
    const { code, output } = await cluster.runCli(['restore', join(folderOf(cluster), backup)]);
    expect(code, output).toBe(0);
    expect(await ended(cluster, api, before)).toMatchObject({ kind: 'restore', requestedBy: 'CLI', result: 'done' });
    await serving(cluster);
    expect(await titlesOf(stage, TABLE)).not.toContain('gone with the command');
    await sameEverywhere();
  });

  async function write(title: string): Promise<void> {
    expect((await api.post(`${TABLE}:create`, { title })).status).toBe(200);
  }

  /** The same rows on every node, the tables with their keys, every node known to the database. */
  async function sameEverywhere(): Promise<void> {
    expect(await pings(cluster, SAMPLE.name)).toEqual(Array(3).fill('maria'));
    const counts = await Promise.all(cluster.nodes.map(countOn));
    expect(counts).toEqual(Array(3).fill((await titlesOf(stage, TABLE)).length));
    expect(await stage.query(`SHOW KEYS FROM users WHERE Key_name = 'PRIMARY'`)).toHaveLength(1);
    expect(await stage.query('SELECT boot_id FROM cluster_maintenance_nodes')).toHaveLength(3);
  }

  async function countOn({ url }: ClusterNode): Promise<number> {
    const { body } = await api.at(url).get<{ meta?: { count?: number } }>(`${TABLE}:list?pageSize=1`);
    return body.meta?.count ?? -1;
  }
});

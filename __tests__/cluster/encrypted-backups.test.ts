import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import type { Api, Cluster } from '../../tools/cluster';
import { setBackups } from './backup-actions';
import { backUp, folderOf } from './backup-files';
import { enableAll, operation, pings, pluginAction } from './commands';
import { pictureOf } from './picture';
import { epochNow, installedDatabase, servingCluster, tellStoryOnFailure } from './support';
import { titlesIn } from './writers';

const TABLE = 'lockedNotes';
const SAMPLE = { name: 'sample-locked', version: '1.0.0', text: 'locked', collection: TABLE };
const PASSWORD = 'open sesame';
const ENV = { CLUSTER_MAINTENANCE_BACKUP_BEFORE: 'pm.disable' };

describe('a backup that is encrypted, in a cluster of three nodes', () => {
  let cluster: Cluster;
  let api: Api;
  let plain: string;
  let locked: string;

  beforeAll(async () => {
    const database = await installedDatabase();
    ({ cluster, api } = await servingCluster({ database, nodes: 3, samples: [SAMPLE], env: ENV }));
    await enableAll({ cluster, api }, ['backups', SAMPLE.name]);
    plain = await backUp(cluster, api, cluster.node(0));
    await setBackups(api, cluster.node(0), { encryptionPassword: PASSWORD });
    await write('before the backup');
    locked = await backUp(cluster, api, cluster.node(0));
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it('shows nothing of the app, not even that it is an archive', () => {
    expect(startOf(plain)).toBe('PK');
    expect(startOf(locked)).not.toBe('PK');
    expect(readFileSync(join(folderOf(cluster), locked)).includes('_metadata.json')).toBe(false);
  });

  it('is refused before any node stops without its password, with a wrong one, and a plain one with any', async () => {
    const before = [await epochNow(cluster, api), await pictureOf(cluster)];
    const refusals = [
      await restore({ name: locked }),
      await restore({ name: locked, password: 'open barley' }),
      await restore({ name: plain, password: PASSWORD }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 400]);
    const texts = refusals.map(({ body }) => JSON.stringify(body));
    expect(texts[0]).toContain('it is encrypted: give its password.');
    expect(texts[1]).toContain('The password does not open it.');
    expect(texts[2]).toContain('It is not encrypted: leave the password out.');
    const { code, output } = await shell(['restore', join(folderOf(cluster), locked)], 'open barley');
    expect(code).not.toBe(0);
    expect(output).toContain('The password does not open it. CLUSTER_MAINTENANCE_BACKUP_PASSWORD names it.');
    expect([await epochNow(cluster, api), await pictureOf(cluster)]).toEqual(before);
  });

  it('comes back with its password, and all nodes serve it', async () => {
    await write('after the backup');
    const record = await operation({ cluster, api }, { kind: 'restore', subject: locked }, async () => {
      expect((await restore({ name: locked, password: PASSWORD })).status).toBe(200);
    });
    expect(JSON.stringify(record)).not.toContain(PASSWORD);
    await asAtTheBackup();
  });

  it('is what an operation goes back to, from the page and from a shell', async () => {
    for (const rollBack of [fromThePage, fromAShell]) {
      await write('after the backup');
      const disabling = await operation({ cluster, api }, { kind: 'pm.disable' }, () =>
        pluginAction(api, 'disable', SAMPLE.name, cluster.node(0)),
      );
      expect(startOf(disabling.backup?.file ?? '')).not.toBe('PK');
      expect(await pings(cluster, SAMPLE.name)).toEqual([404, 404, 404]);
      await operation({ cluster, api }, { kind: 'roll-back' }, () => rollBack(disabling));
      expect(await pings(cluster, SAMPLE.name)).toEqual(Array(3).fill(SAMPLE.text));
    }
  });

  it('comes back by the command, with the password of the environment when the settings name another', async () => {
    await setBackups(api, cluster.node(0), { encryptionPassword: 'a later one' });
    const file = join(folderOf(cluster), locked);
    const refused = await shell(['restore', file]);
    expect(refused.output).toContain('The password does not open it.');
    expect(refused.code).not.toBe(0);
    await operation({ cluster, api }, { kind: 'restore', requestedBy: 'CLI' }, async () => {
      const { code, output } = await shell(['restore', file], PASSWORD);
      expect(code, output).toBe(0);
      expect(output).not.toContain(PASSWORD);
    });
    await asAtTheBackup();
  });

  async function write(title: string): Promise<void> {
    expect((await api.post(`${TABLE}:create`, { title })).status).toBe(200);
  }

  function restore(body: object) {
    return api.at(cluster.node(1).url).post('backups:restore', body);
  }

  function shell(words: string[], password?: string) {
    return cluster.runCli(
      words,
      password === undefined ? {} : { env: { CLUSTER_MAINTENANCE_BACKUP_PASSWORD: password } },
    );
  }

  async function fromThePage({ id }: OperationRecord): Promise<void> {
    const { status, body } = await api.at(cluster.node(1).url).post('clusterMaintenance:rollBack', { operationId: id });
    expect(status, JSON.stringify(body)).toBe(200);
  }

  async function fromAShell({ id }: OperationRecord): Promise<void> {
    const { code, output } = await shell(['maintenance', 'roll-back', id, '--json']);
    expect(code, output).toBe(0);
  }

  async function asAtTheBackup(): Promise<void> {
    expect(await titlesIn(cluster, TABLE)).toEqual(['before the backup']);
    const lists = cluster.nodes.map(({ url }) => api.at(url).get<{ data?: { title: string }[] }>(`${TABLE}:list`));
    const titles = (await Promise.all(lists)).map(({ body }) => body.data?.map(({ title }) => title));
    expect(titles).toEqual(Array(3).fill(['before the backup']));
    expect(await pings(cluster, SAMPLE.name)).toEqual(Array(3).fill(SAMPLE.text));
  }

  function startOf(file: string): string {
    return readFileSync(join(folderOf(cluster), file)).toString('latin1', 0, 2);
  }
});

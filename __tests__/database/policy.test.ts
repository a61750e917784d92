import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/server/core/clock';
import { keepRows } from '../../src/server/database/kept-rows';
import { createPolicyStore } from '../../src/server/database/policy-rows';
import type { PolicyStore } from '../../src/server/ports';
import { policyContract } from '../contract/policy';
import { mariadbServer, postgresServer } from './servers';
import { PREFIX, useDatabase, type TestDatabase } from './support';

function storeOf(database: TestDatabase): PolicyStore {
  const store = createPolicyStore(database.open(), systemClock);
  if (!store) throw new Error('There is no store for this database.');
  return store;
}

const stored = (document: string, revision = 1) => ({ document, revision, writtenBy: 'Ann', writtenAt: 1 });

describe.each([
  ['PostgreSQL', postgresServer],
  ['MariaDB', mariadbServer],
])('policy on %s', (_name, server) => {
  const database = useDatabase(server);
  policyContract(() => ({ open: () => storeOf(database()) }));

  it('comes back with no dump, nor does the secret', async () => {
    const store = storeOf(database());
    await store.write(stored('of the dump'));
    await store.secret('of the dump');
    const load = await database().dump();
    await load();
    expect(await store.read()).toBeUndefined();
    expect(await store.secret('new')).toBe('new');
    expect(await store.write(stored('new'))).toBe('written');
    expect((await store.read())?.document).toBe('new');
  });

  it('stays as it is when the tables are replaced by a restore of this plugin', async () => {
    const store = storeOf(database());
    await store.write(stored('of the dump'));
    await store.secret('secret');
    const load = await database().dump();
    await store.write(stored('of now', 2));
    await store.useOnce('used', 600_000);
    const rows = await keepRows(database().open());
    await load();
    await rows.putBack();
    await rows.end();
    expect(await store.read()).toEqual(stored('of now', 2));
    expect(await store.secret('other')).toBe('secret');
    expect(await store.useOnce('used', 600_000)).toBe(false);
  });

  it('forgets what was used when its time is over', async () => {
    const store = storeOf(database());
    await store.useOnce('old', 600_000);
    await database().query(
      `UPDATE ${PREFIX}cluster_maintenance_tokens SET written_at = ${database().server.before('written_at', 700_000)}`,
    );
    await store.useOnce('new', 600_000);
    const rows = await database().query(`SELECT id FROM ${PREFIX}cluster_maintenance_tokens`);
    expect(rows).toHaveLength(1);
  });
});

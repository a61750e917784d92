import { beforeAll, describe, expect, it } from 'vitest';
import { collisions } from '../cluster/logs';
import { postgresServer } from './servers';
import { guardOf, ledgerOf } from './subjects';
import { useDatabase } from './support';

const NODES = Array.from({ length: 6 }, (_, index) => ({ bootId: `boot-${index}`, name: `node ${index}`, sentAt: 0 }));
const ROUNDS = 5;

describe('many nodes that start in the same moment', () => {
  let log = () => '';
  const database = useDatabase(async () => {
    const server = await postgresServer();
    log = () => server.postgres.log();
    return server;
  });
  beforeAll(() => expect(log()).toContain('ready to accept connections'));

  it('make the tables and take epochs without an error in the log of the database', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const nodes = NODES.map((node) => ({ node, sql: database().open() }));
      const given = await Promise.all(
        nodes.map(async ({ node, sql }) => {
          const joining = ledgerOf(database(), sql).join(node);
          const epoch = await guardOf(database(), sql).allocate();
          await joining;
          return epoch;
        }),
      );
      expect(new Set(given).size).toBe(NODES.length);
      await Promise.all(nodes.map(({ sql }) => sql.close()));
      await database().dropTables();
    }
    expect(collisions(log())).toEqual([]);
  });
});

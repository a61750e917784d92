import { describe, expect, it } from 'vitest';
import { mysql } from '../../src/server/database/mysql';
import { postgres } from '../../src/server/database/postgres';
import { OwnTables } from '../../src/server/database/tables';
import type { SqlDatabase } from '../../src/server/database/sql';

/** Gives up the first statements that change something. */
function database(victims: number, code: string): { readonly sql: SqlDatabase; readonly sent: () => number } {
  let sent = 0;
  const query = (text: string) => {
    if (/^SELECT/i.test(text)) return Promise.resolve([]);
    sent += 1;
    return sent <= victims ? Promise.reject(Object.assign(new Error('deadlock'), { code })) : Promise.resolve([]);
  };
  const begin = () => Promise.reject(new Error('No session is needed for that.'));
  const common = { name: 'app', schema: undefined, tablePrefix: '', close: () => Promise.resolve() };
  return { sql: { ...common, dialect: 'any', query, begin }, sent: () => sent };
}

describe.each([
  ['PostgreSQL', postgres, '40P01'],
  ['MySQL and MariaDB', mysql, 'ER_LOCK_DEADLOCK'],
] as const)('a statement that %s gave up for another one', (_, dialect, code) => {
  it('is sent again', async () => {
    const { sql, sent } = database(2, code);
    await new OwnTables(sql, dialect).write('UPDATE t SET a = 1');
    expect(sent()).toBe(3);
  });

  it('is not sent for ever', async () => {
    const { sql, sent } = database(9, code);
    await expect(new OwnTables(sql, dialect).write('UPDATE t SET a = 1')).rejects.toThrow('deadlock');
    expect(sent()).toBe(3);
  });

  it('is not sent again for another reason', async () => {
    const { sql, sent } = database(1, 'E_OTHER');
    await expect(new OwnTables(sql, dialect).write('UPDATE t SET a = 1')).rejects.toThrow();
    expect(sent()).toBe(1);
  });
});

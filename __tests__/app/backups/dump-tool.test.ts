import type { Application } from '@nocobase/server';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { dumpProblem } from '../../../src/server/app/backups/dump-tool';
import { dumpTools } from '../../cluster/mariadb-stage';

const on = (dialect: string) => ({ db: { sequelize: { getDialect: () => dialect } } }) as unknown as Application;

describe('the tool that dumps a database of MySQL or MariaDB', () => {
  const tools = dumpTools();
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => tools.remove());

  it('is refused where the options of the host would end it: the one of MariaDB', async () => {
    vi.stubEnv('PATH', `${tools.path}:${process.env.PATH}`);
    tools.use(false);
    expect(await dumpProblem(on('mariadb'))).toContain('so the dump would be empty');
    expect(await dumpProblem(on('mysql'))).toContain('so the dump would be empty');
    expect(await dumpProblem(on('postgres'))).toBeUndefined();
    tools.use(true);
    expect(await dumpProblem(on('mariadb'))).toBeUndefined();
  });

  it('is left to the words of the host where there is none', async () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(await dumpProblem(on('mysql'))).toBeUndefined();
  });
});

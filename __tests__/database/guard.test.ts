import { describe } from 'vitest';
import { guardContract } from '../contract/guard';
import { postgresServer } from './servers';
import { guardSubject } from './subjects';
import { useDatabase } from './support';

describe('guard on PostgreSQL', () => {
  const database = useDatabase(postgresServer);
  guardContract(() => guardSubject(database()));
});

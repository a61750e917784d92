import { describe } from 'vitest';
import { guardContract } from '../contract/guard';
import { mariadbServer } from './servers';
import { guardSubject } from './subjects';
import { useDatabase } from './support';

describe('guard on MariaDB', () => {
  const database = useDatabase(mariadbServer);
  guardContract(() => guardSubject(database()));
});

import { describe } from 'vitest';
import { ledgerContract } from '../contract/ledger';
import { mariadbServer } from './servers';
import { ledgerSubject } from './subjects';
import { useDatabase } from './support';

describe('ledger on MariaDB', () => {
  const database = useDatabase(mariadbServer);
  ledgerContract(() => ledgerSubject(database()));
});

import { describe } from 'vitest';
import { ledgerContract } from '../contract/ledger';
import { postgresServer } from './servers';
import { ledgerSubject } from './subjects';
import { useDatabase } from './support';

describe('ledger on PostgreSQL', () => {
  const database = useDatabase(postgresServer);
  ledgerContract(() => ledgerSubject(database()));
});

import type { PolicyRecords } from '../ports';
import { DatabaseAuditRows } from './audit-rows';
import { dialectOf } from './dialects';
import { DatabaseSealedRows } from './sealed-rows';
import type { SqlDatabase } from './sql';
import { OwnTables } from './tables';

/** Undefined: see `dialectOf`. */
export function createPolicyRecords(database: SqlDatabase): PolicyRecords | undefined {
  const dialect = dialectOf(database.dialect);
  if (!dialect) return undefined;
  const tables = new OwnTables(database, dialect);
  const sealed = (name: 'approvals' | 'glass' | 'queue' | 'announcements') => new DatabaseSealedRows(tables, name);
  return {
    approvals: sealed('approvals'),
    glass: sealed('glass'),
    queue: sealed('queue'),
    announcements: sealed('announcements'),
    audit: new DatabaseAuditRows(tables),
  };
}

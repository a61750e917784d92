import type { Application } from '@nocobase/server';
import { BackupRecords } from './backup-records';
import { BackupRuns, type BackupRunsDeps } from './backup-runs';
import { HostBackups } from './backups';
import type { Coordination, Ledger } from '../../ports';

export interface BackupParts extends Omit<BackupRunsDeps, 'records' | 'tidy' | 'coordination'> {
  readonly coordination: Coordination;
  readonly ledger: Ledger;
}

export function assembleBackups(app: Application, parts: BackupParts): HostBackups {
  const records = new BackupRecords(parts.coordination, parts.ledger);
  const runs = new BackupRuns({ ...parts, records, tidy: () => backups.tidy() });
  const backups: HostBackups = new HostBackups(app, runs, records, parts.log);
  return backups;
}

import type { Application } from '@nocobase/server';
import { sentence } from '../../core/errors';
import type { Log } from '../../ports';
import { isOwnCommand, operationAround } from '../command-scope';
import type { BackupRecords } from './backup-records';
import type { BackupRuns } from './backup-runs';
import { watchStatus } from './backup-status';
import { dumpProblem } from './dump-tool';
import { backupFolders, EARLY_PREFIX, interceptBackups, type BackupHooks } from './host-backups';
import { lockedFiles, removeRemains } from './leftovers';

/** The host's backups of this process, as they have to be in a cluster. */
export class HostBackups implements BackupHooks {
  constructor(
    private readonly app: Application,
    readonly runs: BackupRuns,
    private readonly records: BackupRecords,
    private readonly log: Log,
  ) {}

  /** Before the host's own actions answer: about all nodes, and without what is left of nodes that disappeared. */
  async beforeAnswer(isList: boolean): Promise<void> {
    watchStatus(this.app, this.records);
    if (isList) await this.tidy();
  }

  backup(file: string, run: () => Promise<string>): Promise<string> {
    return this.runs.run(file, async () => {
      const problem = await dumpProblem(this.app);
      if (problem !== undefined) throw new Error(problem);
      return run();
    });
  }

  /** The clean-up after a backup leaves what an operation can still be rolled back to; a person may remove it. */
  async destroy(file: string, run: () => Promise<void>): Promise<void> {
    const cleansUp = isOwnCommand() || operationAround() !== undefined;
    if (cleansUp && (await this.records.isNeeded(file))) return;
    await run();
  }

  /** What backups left behind whose node disappeared in the middle of them. Never rejects. */
  async tidy(): Promise<void> {
    const folders = backupFolders(this.app);
    try {
      // In this order: a lock that was there before nothing ran belongs to nobody who still runs.
      for (const file of await lockedFiles(folders.work)) {
        if (!(await this.isCutOff(file))) continue;
        await removeRemains(file, folders);
        this.log.info(`Removed what was left of the backup ${file}.`);
      }
    } catch (error) {
      this.log.warn(`What is left of earlier backups could not be removed: ${sentence(error)}`);
    }
  }

  private async isCutOff(file: string): Promise<boolean> {
    const { records } = this;
    if (file.startsWith(EARLY_PREFIX)) return !(await records.running()) && !(await records.isNeeded(file));
    const result = (await records.of(file))?.result;
    return result === 'aborted' || result === 'failed';
  }
}

const currentOf = new Map<string, () => HostBackups | undefined>();

/** Lets whatever node of this app this process then is decide about its backups; without one they are what they are. */
export function watchBackups(app: string, current: () => HostBackups | undefined): void {
  currentOf.set(app, current);
  interceptBackups((name) => currentOf.get(name)?.());
}

import type { OperationRecord } from '../../../shared/domain';
import { isOver } from '../../core/node-machine';
import type { Coordination, Ledger } from '../../ports';

/** How far back is looked for a file. */
const LOOK_BACK = 100;
/** Files of so many operations are not cleaned up. */
const KEEP_LAST = 20;

/** What the host's page asks for: `message` says why it failed. */
export interface TaskStatus {
  readonly inProgress: boolean;
  readonly message?: string;
}

/** What the records of operations say about backups: the same on every node. */
export class BackupRecords {
  constructor(
    private readonly coordination: Pick<Coordination, 'state'>,
    private readonly ledger: Pick<Ledger, 'history'>,
  ) {}

  /** The operation that runs now. Rejects when the store cannot say. */
  async running(): Promise<OperationRecord | undefined> {
    const record = await this.coordination.state.read();
    return record && !isOver(record) ? record : undefined;
  }

  /** The operation whose work was to make this file. */
  async of(file: string): Promise<OperationRecord | undefined> {
    const running = await this.running().catch(() => undefined);
    if (running && isAbout(running, file)) return running;
    return (await this.ledger.history(LOOK_BACK)).find((record) => isAbout(record, file));
  }

  /** Undefined: no operation has made it. */
  async status(file: string): Promise<TaskStatus | undefined> {
    const record = await this.of(file);
    if (!record) return undefined;
    if (!isOver(record)) return { inProgress: true };
    const well = record.result === 'done' || record.result === 'degraded';
    return well ? { inProgress: false } : { inProgress: false, message: record.reason ?? 'It failed.' };
  }

  /** An operation that a person may want to roll back points to it, or works with it. Rejects when nobody can say. */
  async isNeeded(file: string): Promise<boolean> {
    const running = await this.running();
    if (running && running.kind !== 'backup' && running.subject.includes(file)) return true;
    const records = [...(running ? [running] : []), ...(await this.ledger.history(KEEP_LAST))];
    return records.some(({ backup }) => backup?.file === file);
  }

  /**
   * A backup that was begun at `due` or later, by the clock of its node. For timers of the same schedule: each fires at that
   * time of its own clock, so that it does not matter whether the clocks agree.
   */
  async since(due: number): Promise<OperationRecord | undefined> {
    const running = await this.running();
    const records = [...(running ? [running] : []), ...(await this.ledger.history(LOOK_BACK))];
    return records.find(({ kind, result, startedAt }) => kind === 'backup' && result !== 'aborted' && startedAt >= due);
  }
}

function isAbout({ kind, subject }: OperationRecord, file: string): boolean {
  return kind === 'backup' && subject === file;
}

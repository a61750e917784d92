import type { JournalEvent, OperationRecord } from '../../shared/domain';
import { clusterStep, type ClusterEvent } from '../core/machine';
import type { CoordinatorDeps } from './coordinator-deps';
import type { RecordWriter } from './record-writer';

export type TellingDeps = Pick<CoordinatorDeps, 'settings' | 'coordination' | 'journal' | 'clock' | 'log'>;

/** What a leader tells of its operation: the record to all nodes, its story to the journal, and words to the log. */
export class Telling {
  constructor(
    private readonly writer: RecordWriter,
    private readonly deps: TellingDeps,
  ) {}

  private get record(): OperationRecord {
    return this.writer.record;
  }

  say(message: string): void {
    const { id, epoch } = this.record;
    this.deps.log.info(message, { operation: id, epoch, node: this.deps.settings.node.name });
  }

  note(event: JournalEvent, text: string): void {
    this.deps.journal.note(this.record, event, text);
  }

  /** The others look at once. */
  hint(): Promise<void> {
    return this.deps.coordination.bus.hint();
  }

  /** A new phase; `note`: how the journal calls it. False when the store could not be told. */
  async step(event: ClusterEvent, change: Partial<OperationRecord>, note?: string): Promise<boolean> {
    const { phase, epoch } = this.record;
    const step = clusterStep(phase, event);
    if (!step.ok) {
      this.deps.log.error(step.sentence, { epoch });
      return false;
    }
    this.note('operation.phase', `${phase} → ${note ?? step.phase}`);
    const written = await this.writer.advance({ ...change, phase: step.phase, phaseSince: this.deps.clock.wall() });
    await this.hint();
    return written;
  }

  /** Who is waited for, in words. */
  async waitFor(names: readonly string[]): Promise<void> {
    // How long something takes, and how much of it there is, is no news.
    const words = (lines: readonly string[]) => lines.join().replace(/\d+/g, '');
    if (words(names) !== words(this.record.waitingFor) && names.length > 0) {
      this.note('operation.waits', `For ${names.join(', ')}.`);
    }
    await this.writer.waitFor(names);
  }
}

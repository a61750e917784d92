import type { JournalEntry } from '../../shared/domain';

const LINES_KEPT = 10_000;

/** The newest lines of all operations. */
export class MemoryJournal {
  /** By their identity, in the order in which they came first. */
  private readonly lines = new Map<string, JournalEntry>();

  append(entry: JournalEntry): void {
    const { operation, epoch, node, seq } = entry;
    const identity = JSON.stringify([operation, epoch, node.bootId, seq]);
    if (this.lines.has(identity)) return;
    this.lines.set(identity, structuredClone(entry));
    for (const oldest of this.lines.keys()) {
      if (this.lines.size <= LINES_KEPT) break;
      this.lines.delete(oldest);
    }
  }

  read(operationId: string): JournalEntry[] {
    return structuredClone([...this.lines.values()].filter(({ operation }) => operation === operationId));
  }

  clear(): void {
    this.lines.clear();
  }
}

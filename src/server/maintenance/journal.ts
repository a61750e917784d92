import type { JournalEntry, JournalEvent, NodeRef, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { Coordination, Ledger, Log } from '../ports';

export interface JournalDeps {
  readonly node: NodeRef;
  readonly coordination: Coordination;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  /** Hides secrets in a text. */
  readonly mask: (text: string) => string;
}

/** How many operations a node remembers its own lines of: the running one, and one whose end it may have missed. */
const REMEMBERED = 2;

type Subject = Pick<OperationRecord, 'id' | 'epoch'>;

/**
 * This node's pen in the journal: each line goes to the store as it happens, in order, or to the database when the store
 * cannot be reached. Nothing waits for it but `settled`: a journal that cannot be written must not stop an operation.
 */
export class Journal {
  private queue: Promise<void> = Promise.resolve();
  private readonly lines = new Map<string, JournalEntry[]>();

  constructor(private readonly deps: JournalDeps) {}

  /** `at`: when it happened, if that was before this moment. */
  note(operation: Subject, event: JournalEvent, text: string, at?: number): void {
    const own = this.linesOf(operation.id);
    const { node, clock, mask } = this.deps;
    const { id, epoch } = operation;
    const when = { seq: own.length + 1, at: at ?? clock.wall() };
    const entry = { operation: id, epoch, node, ...when, event, text: mask(text) };
    own.push(entry);
    this.queue = this.queue.then(() => this.write(entry));
  }

  /** Resolves when every line so far is written, or was given up. */
  settled(): Promise<void> {
    return this.queue;
  }

  /** Keeps this node's lines of an operation that is over; the database then has them whatever happens to the store. */
  async keepOwn(operationId: string): Promise<void> {
    await this.keep(this.lines.get(operationId) ?? []);
  }

  /** Keeps everybody's lines, those of nodes that are gone included. */
  async keepAll(operationId: string): Promise<void> {
    await this.settled();
    const told = await this.deps.coordination.journal.read(operationId).catch(() => []);
    await this.keep(merge(told, this.lines.get(operationId) ?? []));
  }

  /** The whole story, from wherever it is kept, in the order of what happened. */
  async story(operationId: string): Promise<readonly JournalEntry[]> {
    const { coordination, ledger } = this.deps;
    const [told, kept] = await Promise.all([
      coordination.journal.read(operationId).catch(() => []),
      ledger.journal(operationId).catch(() => []),
    ]);
    return merge(told, kept);
  }

  private async keep(entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.deps.ledger.keep(entries).catch((error: unknown) => this.complain(error));
  }

  private async write(entry: JournalEntry): Promise<void> {
    const { coordination, ledger } = this.deps;
    await coordination.journal
      .append(entry)
      .catch(() => ledger.keep([entry]))
      .catch((error: unknown) => this.complain(error));
  }

  private complain(error: unknown): void {
    this.deps.log.warn(`The journal could not be written: ${sentence(error)}`, { node: this.deps.node.name });
  }

  private linesOf(operationId: string): JournalEntry[] {
    const known = this.lines.get(operationId);
    if (known) return known;
    const fresh: JournalEntry[] = [];
    this.lines.set(operationId, fresh);
    for (const old of [...this.lines.keys()].slice(0, -REMEMBERED)) this.lines.delete(old);
    return fresh;
  }
}

/** Each line once. Clocks of machines differ and jump: lines of one node keep their own order whatever their times say. */
function merge(...lists: readonly (readonly JournalEntry[])[]): JournalEntry[] {
  const known = new Map(lists.flat().map((entry) => [`${entry.node.bootId} ${entry.seq}`, entry]));
  const latest = new Map<string, number>();
  return [...known.values()]
    .sort((a, b) => a.seq - b.seq)
    .map((entry) => {
      const at = Math.max(entry.at, latest.get(entry.node.bootId) ?? 0);
      latest.set(entry.node.bootId, at);
      return { entry, at };
    })
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry);
}

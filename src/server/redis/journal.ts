import type { JournalEntry } from '../../shared/domain';
import type { JournalStream } from '../ports';
import type { RedisConnection } from './connection';
import type { RedisKeys } from './keys';
import { decodeLine } from './records';
import { oneOf } from './scripts';

/** A line has some 300 bytes, so that is 3 MB at most. */
const LINES_KEPT = 10_000;
const MS_KEPT = 7 * 24 * 60 * 60 * 1000;
/** Lines read at once: Redis does nothing else meanwhile, and others use it, too. */
const PAGE = 1_000;

/** One stream for all operations, in the order in which lines reached Redis. */
export class RedisJournal implements JournalStream {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async append(entry: JournalEntry): Promise<void> {
    const values = [entry.operation, JSON.stringify(entry), LINES_KEPT, MS_KEPT];
    oneOf('append', await this.connection.script('append', [this.keys.journal], values), ['appended']);
  }

  async read(operationId: string): Promise<readonly JournalEntry[]> {
    const lines: (string | undefined)[] = [];
    for (let from: string | undefined = '-'; from !== undefined;) {
      const page = await this.page(from);
      for (const [, [, operation, , line]] of page) if (operation === operationId) lines.push(line);
      from = page.length < PAGE ? undefined : after(page.at(-1)?.[0]);
    }
    const entries = lines.map(decodeLine).filter((entry) => entry?.operation === operationId);
    return firstOfEach(entries.filter((entry) => entry !== undefined));
  }

  private page(from: string) {
    return this.connection.run((client) => client.xrange(this.keys.journal, from, '+', 'COUNT', PAGE));
  }
}

/** The smallest id above `<ms>-<number>`; Redis before 6.2 cannot leave out the first of a range. */
function after(id = ''): string {
  const [ms, number] = id.split('-');
  return `${ms}-${Number(number) + 1}`;
}

/** A line whose answer was lost is written again: readers see it once, where it came first. */
function firstOfEach(entries: readonly JournalEntry[]): JournalEntry[] {
  const seen = new Map<string, JournalEntry>();
  for (const entry of entries) {
    const identity = JSON.stringify([entry.epoch, entry.node.bootId, entry.seq]);
    if (!seen.has(identity)) seen.set(identity, entry);
  }
  return [...seen.values()];
}

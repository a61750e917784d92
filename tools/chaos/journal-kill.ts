import { Redis } from 'ioredis';
import type { JournalEntry } from '../../src/shared/domain';

/** Follows what the nodes write into the journal, so that something can be done at exactly one line of it. */
export interface JournalFollower {
  /** The next new line that matches: whoever awaits it acts in the very moment that it arrives. */
  next(match: (entry: JournalEntry) => boolean, signal: AbortSignal): Promise<JournalEntry>;
  /** Lines seen so far, each once, in the order in which they reached Redis. */
  readonly seen: readonly JournalEntry[];
  stop(): void;
}

interface Wish {
  readonly match: (entry: JournalEntry) => boolean;
  readonly grant: (entry: JournalEntry) => void;
}

/** Pause before Redis is asked again after it failed, in milliseconds. */
const AGAIN = 20;

/** `url` leads to Redis itself, past every proxy. */
export function followJournal(url: string, key: string): JournalFollower {
  // A command whose connection broke is sent again on the next one: the same question, from the last line that came.
  const client = new Redis(url, { retryStrategy: () => AGAIN, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  const seen: JournalEntry[] = [];
  const known = new Set<string>();
  const wishes = new Set<Wish>();
  let stopped = false;
  const arrive = (entry: JournalEntry) => {
    // A line whose answer was lost is written twice.
    const identity = `${entry.epoch} ${entry.node.bootId} ${entry.seq}`;
    if (known.has(identity)) return;
    known.add(identity);
    seen.push(entry);
    for (const wish of wishes) if (wish.match(entry)) wish.grant(entry);
  };
  void follow(client, key, arrive, () => stopped);
  return {
    seen,
    next: (match, signal) =>
      new Promise((resolve) => {
        const wish: Wish = {
          match,
          grant(entry) {
            wishes.delete(wish);
            resolve(entry);
          },
        };
        wishes.add(wish);
        signal.addEventListener('abort', () => wishes.delete(wish), { once: true });
      }),
    stop() {
      stopped = true;
      client.disconnect();
    },
  };
}

async function follow(
  client: Redis,
  key: string,
  arrive: (entry: JournalEntry) => void,
  stopped: () => boolean,
): Promise<void> {
  // Ids are made of the time, so they go on growing when Redis was emptied.
  let last = '0-0';
  while (!stopped()) {
    try {
      const answer = await client.xread('BLOCK', 0, 'STREAMS', key, last);
      for (const [id, fields] of answer?.[0]?.[1] ?? []) {
        last = id;
        const entry = decode(fields);
        if (entry) arrive(entry);
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

/** Fields of a line are pairs of name and value; the line itself is JSON. */
function decode(fields: readonly string[]): JournalEntry | undefined {
  const at = fields.findIndex((name, index) => index % 2 === 0 && name === 'line');
  try {
    return JSON.parse(fields[at + 1] ?? '') as JournalEntry;
  } catch {
    return undefined;
  }
}

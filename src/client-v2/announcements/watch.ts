import type { AnnouncedBody, Announcement } from '../../shared/announcements';

/** What is known of announcements. `receivedAt`: when it came, by this browser's monotonic clock. */
export interface Sight extends AnnouncedBody {
  readonly receivedAt: number;
}

export interface WatchDeps {
  ask(signal: AbortSignal): Promise<AnnouncedBody>;
  isSignedIn(): boolean;
  /** Whether somebody may be looking at the window, and a request would not keep them signed in. */
  mayAsk(): boolean;
  /** Milliseconds that only grow. */
  now(): number;
  /** What other windows of this browser were answered. */
  readonly others: KeptSight;
}

/** One answer for all windows of a browser. */
export interface KeptSight {
  keep(body: AnnouncedBody): void;
  /** With its age in milliseconds. */
  find(): { readonly body: AnnouncedBody; readonly age: number } | undefined;
}

export interface Watch {
  subscribe(listener: () => void): () => void;
  current(): Sight;
  /** Asks now: this person has just changed something. */
  refresh(): void;
  /** Somebody has signed in or out, or the window can be seen again or no more. */
  look(): void;
  stop(): void;
}

/** Nobody is asked more often in the background, in milliseconds. */
export const EVERY_MS = 60_000;
/** The host's client may never answer. */
const GIVE_UP_MS = 15_000;
const NOTHING: Sight = { now: 0, announcements: [], receivedAt: 0 };

/** Asks what is announced once a minute, and not at all while nobody could read it. */
export function createWatch(deps: WatchDeps): Watch {
  const { ask, isSignedIn, mayAsk, now, others } = deps;
  const { subscribe, current: sight, show } = createStore();
  let nextAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current: AbortController | undefined;
  let asked = false;

  const pause = () => {
    clearTimeout(timer);
    current?.abort();
    current = undefined;
  };
  const anew = () => {
    asked = false;
    nextAt = -Infinity;
  };
  const arm = () => {
    pause();
    if (!isSignedIn()) {
      anew();
      if (sight() !== NOTHING) show(NOTHING);
    } else if (mayAsk()) {
      timer = setTimeout(() => void round(), Math.max(0, nextAt - now()));
    }
  };
  const round = async () => {
    const known = asked ? others.find() : undefined;
    asked = true;
    if (known && known.age < EVERY_MS) {
      nextAt = now() + EVERY_MS - known.age;
      show({ ...known.body, receivedAt: now() - known.age });
      return arm();
    }
    nextAt = now() + EVERY_MS;
    const own = (current = new AbortController());
    const body = await within(GIVE_UP_MS, own, ask);
    // Given up in the meantime: whoever did that has scheduled what comes next.
    if (own !== current) return;
    if (body) {
      others.keep(body);
      show({ ...body, receivedAt: now() });
    }
    arm();
  };
  return {
    subscribe,
    current: sight,
    refresh() {
      anew();
      arm();
    },
    // What is on its way is waited for: given up, it would be asked for again only a minute later.
    look: () => (current && isSignedIn() ? undefined : arm()),
    stop() {
      // The host's v2 lane takes the app from the screen and puts it there again while it loads.
      if (current) anew();
      pause();
    },
  };
}

/** What is known, for whoever shows it. */
function createStore() {
  const listeners = new Set<() => void>();
  let sight = NOTHING;
  return {
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    current: () => sight,
    show(next: Sight) {
      sight = next;
      listeners.forEach((each) => each());
    },
  };
}

/** Undefined when nothing came of it: what was known before stays, and ends by itself. */
async function within(limit: number, own: AbortController, ask: WatchDeps['ask']): Promise<AnnouncedBody | undefined> {
  const timer = setTimeout(() => own.abort(), limit);
  const givenUp = new Promise<undefined>((resolve) => {
    own.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    return await Promise.race([ask(own.signal), givenUp]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** The server's clock at this moment of the browser's monotonic one. */
export function serverNow({ now, receivedAt }: Sight, moment: number): number {
  return now + Math.max(0, moment - receivedAt);
}

const KEY = 'cluster-maintenance:announced';

/** `clock`: milliseconds that all windows count alike. */
export function createKeptSight(
  storage: Pick<Storage, 'getItem' | 'setItem'> | undefined,
  clock: () => number,
): KeptSight {
  return {
    keep(body) {
      try {
        storage?.setItem(KEY, JSON.stringify({ at: clock(), body }));
      } catch {
        // The browser's storage is full, or forbidden: each window asks for itself.
      }
    },
    find() {
      try {
        const kept = JSON.parse(storage?.getItem(KEY) ?? 'null') as { at: number; body: AnnouncedBody } | null;
        const age = kept ? clock() - kept.at : -1;
        return kept && age >= 0 && isAnnounced(kept.body) ? { body: kept.body, age } : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

export function isAnnounced(body: unknown): body is AnnouncedBody {
  const { now, announcements } = (body ?? {}) as Partial<Record<keyof AnnouncedBody, unknown>>;
  return typeof now === 'number' && Array.isArray(announcements) && announcements.every(isAnnouncement);
}

function isAnnouncement(one: unknown): one is Announcement {
  const { id, startsAt, message } = (one ?? {}) as Partial<Record<keyof Announcement, unknown>>;
  return typeof id === 'string' && typeof startsAt === 'number' && typeof message === 'string';
}

/**
 * One kind of work that nobody asked for over HTTP. The host offers no way to pause most of it, so each part reaches for
 * objects inside it (docs/host-notes.md) and says so in its own file. They are asked for at each call: a reload of the
 * app throws the objects of before away and makes new ones.
 */
export interface BackgroundPart {
  /** For the warning of a host that looks different inside. */
  readonly name: string;
  /** The app was loaded: whatever has to be watched from its beginning. */
  watch?(): void;
  /** Nothing new begins from here on; undefined when the host has nothing of this kind. May throw. */
  pause(): Pause | undefined;
  /** What has begun and not ended; called again and again while a node drains, so cheap when there is nothing. */
  running(): readonly Work[] | Promise<readonly Work[]>;
  /** Everything has ended: what it set up at its end is taken away, too. */
  settle?(): Promise<void>;
  /** What still runs is left to itself: the host must not wait for it when it stops the app. */
  abandon?(): void;
}

export interface Pause {
  /** Nothing was loaded anew: goes on with the same objects, and does what fell into the pause. */
  undo(): void;
  /** The app was loaded anew and has started: hands over what the objects of before still had to do. */
  handOver?(): void | Promise<void>;
}

/** Work in the words of people. */
export interface Work {
  readonly what: string;
  /** Milliseconds since 1970; missing: when it was seen first. */
  readonly since?: number;
  /** Nothing that people would know it by: told only if nothing else is to be told. */
  readonly vague?: true;
}

export type SeenWork = Work & { readonly since: number };

/** How many are worth naming. */
const NAMED = 5;

/** What a node says of its running work: at most five lines, the last of them counts the rest. */
export function describeWork(work: readonly SeenWork[], now: number): readonly string[] {
  const lines = work.map(({ what, since }) => `${what} for ${Math.max(0, Math.floor((now - since) / 1000))} s`);
  if (lines.length <= NAMED) return lines;
  return [...lines.slice(0, NAMED - 1), `${lines.length - NAMED + 1} more`];
}

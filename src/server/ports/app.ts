import type { BackupRef, Fingerprint, RequestUnderWay } from '../../shared/domain';

/** What the coordination may do to the NocoBase app of this process. */
export interface AppLifecycle {
  /** API requests being answered, without those of the running operation itself. */
  inFlight(): number;
  /** The oldest of them, the oldest first, five at most. */
  underWay(): readonly RequestUnderWay[];
  /**
   * No new API work from now on. `hold`: what comes waits for a while, because this node is expected back; `refuse`: it
   * is refused at once, and so is what waits already. `message` is what refused clients read.
   */
  closeTraffic(message: string, comers: 'hold' | 'refuse'): void;
  openTraffic(): void;
  /** Resolves when no API request is under way any more; early when the signal aborts. */
  quiet(signal: AbortSignal): Promise<void>;
  /**
   * Cron, schedule triggers, queue consumers and the like begin nothing new from the first call on; resolves when what
   * runs has ended, or when the signal aborts. May be called again before `resumeBackground`, and a reload ends it, too.
   */
  pauseBackground(signal: AbortSignal): Promise<void>;
  /** Goes on, first with what fell into the pause. */
  resumeBackground(): Promise<void>;
  /** The background work that a drain waits for right now, one line each, at most five. */
  backgroundWork(): readonly string[];
  /** What still runs is not waited for any longer, by nobody: a reload stops the app in spite of it. */
  abandonBackground(): Promise<void>;
  /** No request that may write begins from now on: it waits, and reads go on. `message` is what refused clients read. */
  closeWrites(message: string): void;
  openWrites(): void;
  /** Resolves when no request that may write is under way any more; early when the signal aborts. */
  writesEnded(signal: AbortSignal): Promise<void>;
  /** Loads what database and disk now say. Rejects with one sentence when the app does not serve afterwards. */
  reload(): Promise<void>;
  /** Asks the app a question that touches plugins and database; a sentence when it does not answer it. */
  answers(): Promise<string | undefined>;
  /** Asks the app what the operator wants to be asked after an upgrade; a sentence at the first wrong answer. */
  verify(): Promise<string | undefined>;
  /** The work must stop at once, because another process may change the database now: no query is let through. */
  fence(reason: string): Promise<void>;
  /** What is loaded; undefined while nothing is. */
  loaded(): Fingerprint | undefined;
  /** What the database and the disk of this machine ask for; undefined on an empty database. */
  expected(): Promise<Fingerprint | undefined>;
  /**
   * Version of the core that the database was installed with or last upgraded to; undefined when it names none. To be asked
   * only when nothing of the work goes on any more: what a fence has closed is opened for it.
   */
  installedVersion(): Promise<string | undefined>;
}

/** Backups of the app by the host's own means, into the folder that all nodes share. */
export interface Backups {
  /** Why none can be taken by this process, in one sentence; undefined when one can. Rejects like `take`. */
  hindrance(): Promise<string | undefined>;
  /**
   * Takes one of everything that the database holds, also where the app has not loaded yet. To be called while nothing else
   * writes: it does not stop anybody. Rejects with one sentence. `progress` is told what is being done. When the signal
   * aborts, what runs for it is ended, nothing is left of it, and it rejects.
   */
  take(before: string, progress: (step: string) => void, signal: AbortSignal): Promise<BackupRef>;
  /** The file is there, and can be read from here. */
  has(file: string): Promise<boolean>;
}

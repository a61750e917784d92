import type { Application, HostLogger } from '@nocobase/server';

/** How the host's own part of a restore ended. `loaded`: the dump is in the database, and no upgrade was run yet. */
export type HostEnd =
  | { readonly end: 'loaded'; readonly ignored: boolean }
  /** It failed before a table was dropped. */
  | { readonly end: 'untouched'; readonly why: string }
  /** It failed, and the host has loaded what it had dumped before. */
  | { readonly end: 'reverted'; readonly why: string }
  | { readonly end: 'broken'; readonly why: string };

/** What the host writes into its log, and nowhere else. */
const LINES = {
  failed: /^Error restoring backup: ([\s\S]*)/,
  ignored: /^Tolerent mode enabled/,
  reverting: /^Reverting the database restore process/,
  notReverted:
    /^(Error reverting the database restore process|Database backup file for revert restore process not found)/,
  gaveUp: /^Error handling restore failure: (.*)/,
} as const;

const nothing = async () => {};
const NO_CACHES = { getCache: () => ({ get: nothing, set: nothing }) };

/**
 * The host's restore goes on after its action has been answered, swallows what fails, and ends by asking the app for an
 * upgrade in every case. So it is given an app and a log of which every word is seen: the request for the upgrade is its
 * end, which the operation then runs itself.
 */
export class RestoreSight {
  readonly app: Application;
  readonly logger: HostLogger;
  readonly ended: Promise<HostEnd>;
  private tellEnd: (end: HostEnd) => void = () => {};
  private failure: string | undefined;
  private ignored = false;
  private reverting = false;
  private notReverted = false;
  /** The host has stopped its app in order to drop the tables. */
  private dropping = false;

  constructor(
    host: Application,
    logger: HostLogger,
    private readonly progress: (step: string) => void,
    /** It failed before its dump of the old data was complete: the host must not find what there is of it. */
    private readonly dumpIsUseless: () => void,
  ) {
    this.ended = new Promise((resolve) => (this.tellEnd = resolve));
    this.app = this.appFor(host);
    this.logger = {
      info: (message, details) => (this.heard(message), logger.info(message, details)),
      warn: (message, details) => (this.heard(message), logger.warn(message, details)),
      error: (message, details) => (this.heard(message), logger.error(message, details)),
    };
  }

  /** The host's action failed before it began. */
  abandon(why: string): void {
    this.tellEnd({ end: 'untouched', why });
  }

  private appFor(host: Application): Application {
    const own: Record<string, unknown> = {
      // A short CLI process has none.
      cacheManager: host.cacheManager ?? NO_CACHES,
      runCommand: async () => this.finish(),
      upgrade: async () => this.finish(),
      // Bare, without a command: other listeners would take them for the end of something else.
      emit: (event: string, payload: { readonly message?: unknown }) => {
        if (event === 'maintainingMessageChanged') this.progress(String(payload.message));
        return true;
      },
      emitAsync: (event: string, ...rest: unknown[]) => {
        if (event === 'beforeStop') this.dropping = true;
        return host.emitAsync(event, ...rest);
      },
    };
    return new Proxy(host, {
      get(target, name) {
        if (typeof name === 'string' && Object.hasOwn(own, name)) return own[name];
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  private heard(message: unknown): void {
    const text = String(message);
    if (this.failure === undefined && LINES.failed.test(text) && !this.dropping) this.dumpIsUseless();
    this.failure ??= LINES.failed.exec(text)?.[1];
    this.ignored ||= LINES.ignored.test(text);
    this.reverting ||= LINES.reverting.test(text);
    this.notReverted ||= LINES.notReverted.test(text);
    const gaveUp = LINES.gaveUp.exec(text)?.[1];
    if (gaveUp === undefined) return;
    this.failure ??= gaveUp;
    this.notReverted = true;
    this.finish();
  }

  private finish(): void {
    const { failure } = this;
    if (failure === undefined || this.ignored) return this.tellEnd({ end: 'loaded', ignored: this.ignored });
    const why = oneLine(failure);
    const reverted = this.reverting && !this.notReverted;
    if (!this.dropping) return this.tellEnd({ end: reverted ? 'broken' : 'untouched', why });
    this.tellEnd({ end: reverted ? 'reverted' : 'broken', why });
  }
}

/** What the host adds to what failed. */
const ADDED = /"?\.?\s*(Trying to revert the backup process|Database Version:[\s\S]*)$/;

/** What the tools of the database print has many lines. */
function oneLine(text: string): string {
  const lines = text
    .replace(ADDED, '')
    .replace(/^"/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return `${lines.join(' ').slice(0, 400).replace(/\.$/, '')}.`;
}

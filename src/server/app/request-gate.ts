import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERROR_CODES, RESOURCE, type ProbeBody } from '../../shared/api';

/** What comes second is told so, and by whom, also where this node is drained for the first. */
const COMMAND = /^pm:(add|update|enable|disable|remove)$/;

export interface GateOptions {
  /** `/api/` as the host has it. */
  readonly apiBasePath: string;
  /** Paths outside the API that reach the app, too. */
  readonly filesPath: string;
  /** The body of the 409 for plugin commands while an operation runs; undefined when none does. */
  readonly busy?: () => object | undefined;
  /** This node for `:live` and `:ready`; ready means that it takes traffic. */
  readonly probe: () => Promise<{ readonly ready: boolean; readonly body: ProbeBody }>;
}

/** How long a refused client is asked to wait, in seconds. */
const RETRY_AFTER = 2;

const LOADING = 'This node loads its app anew.';

/**
 * Stands before NocoBase's own request handling, for every request of the process. Open, it only counts; closed, it
 * refuses API work before anything of it has been processed. The probes always pass, and so does this
 * plugin's own page while there is an app to answer it.
 */
export class RequestGate {
  private closedFor: string | undefined;
  /** The host makes its app anew, and it is not whole yet. */
  private loading = false;
  private readonly running = new Set<IncomingMessage>();
  /** Those that the app is working on: it goes on when their client hangs up. */
  private readonly inside = new WeakSet<IncomingMessage>();
  private readonly excluded = new WeakSet<IncomingMessage>();
  private readonly waiting = new Set<() => void>();

  constructor(private readonly options: GateOptions) {}

  /** The host's contract: `false` lets the request go on, anything else means that it was answered. */
  readonly handle = async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const path = pathOf(req.url);
    const isApi = path.startsWith(this.options.apiBasePath);
    if (!isApi && !path.startsWith(this.options.filesPath)) return false;
    const own = isApi && path.slice(this.options.apiBasePath.length).startsWith(`${RESOURCE}:`);
    if (own && (await this.answerProbe(path, res))) return true;
    const closedFor = this.loading ? LOADING : own ? undefined : this.closedFor;
    if (closedFor !== undefined) {
      const busy = isApi && COMMAND.test(path.slice(this.options.apiBasePath.length)) && this.options.busy?.();
      return busy ? refuseWith(req, res, 409, busy) : refuse(req, res, closedFor);
    }
    if (own) return false;
    this.track(req, res);
    return false;
  };

  close(message: string): void {
    this.closedFor = message;
  }

  open(): void {
    this.closedFor = undefined;
  }

  get isOpen(): boolean {
    return this.closedFor === undefined && !this.loading;
  }

  /**
   * While the app loads nobody may reach it, not even this plugin's own page: at the first request the host makes up its
   * list of what stands before each action, for good, and what plugins add later is left out.
   */
  set appLoads(loading: boolean) {
    this.loading = loading;
  }

  /**
   * Runs the app's handling of a request, which counts as under way until that has ended: a client that hangs up does
   * not stop what it has asked for. Requests that did not pass `handle` do not count.
   */
  async within(req: IncomingMessage, res: ServerResponse, handle: () => Promise<unknown>): Promise<void> {
    if (!this.running.has(req)) return void (await handle());
    this.inside.add(req);
    try {
      await handle();
    } finally {
      this.inside.delete(req);
      // An answer that is still being sent, such as a stream, ends with `close`.
      if (res.closed || res.destroyed) this.end(req);
    }
  }

  /** The request that started an operation is never waited for by its own leader. */
  exclude(req: IncomingMessage): void {
    this.excluded.add(req);
    this.wakeIfQuiet();
  }

  inFlight(): number {
    let count = 0;
    for (const req of this.running) if (!this.excluded.has(req)) count += 1;
    return count;
  }

  /** Resolves when nothing is under way, or when the signal aborts. */
  async quiet(signal: AbortSignal): Promise<void> {
    if (this.inFlight() === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  private track(req: IncomingMessage, res: ServerResponse): void {
    this.running.add(req);
    // `close` comes after the answer was sent and also when the client went away.
    res.once('close', () => {
      if (!this.inside.has(req)) this.end(req);
    });
  }

  private end(req: IncomingMessage): void {
    this.running.delete(req);
    this.wakeIfQuiet();
  }

  private wakeIfQuiet(): void {
    if (this.waiting.size === 0 || this.inFlight() > 0) return;
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private async answerProbe(path: string, res: ServerResponse): Promise<boolean> {
    const action = path.slice(path.lastIndexOf(':') + 1);
    if (action !== 'live' && action !== 'ready') return false;
    const { ready, body } = await this.options.probe();
    answer(res, action === 'live' || ready ? 200 : 503, body);
    return true;
  }
}

function refuse(req: IncomingMessage, res: ServerResponse, message: string): boolean {
  res.setHeader('Retry-After', String(RETRY_AFTER));
  // A kept connection would bring the client's next request to this node again.
  res.setHeader('Connection', 'close');
  return refuseWith(req, res, 503, { error: { status: 503, maintaining: true, code: ERROR_CODES.drained, message } });
}

function refuseWith(req: IncomingMessage, res: ServerResponse, status: number, body: object): boolean {
  answer(res, status, body);
  // What the client still sends is thrown away, so that it gets to read the answer.
  req.resume();
  return true;
}

function answer(res: ServerResponse, status: number, body: object): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Cache-Control', 'no-store');
  res.end(JSON.stringify(body));
}

function pathOf(url: string | undefined): string {
  const path = (url ?? '').split('?', 1)[0] ?? '';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESOURCE, type ProbeBody } from '../../shared/api';
import type { RequestUnderWay } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { drainedNotice } from './user-notice';
import { oldestOf, type Running } from './under-way';
import { WaitingRoom, type RoomLimits } from './waiting-room';

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
  readonly limits: RoomLimits;
  /** Milliseconds until this node can be expected to serve again. */
  readonly remaining: () => number;
  /** The same for people, who are not told a guess: undefined when nobody can know. */
  readonly expected?: () => number | undefined;
  readonly clock: Clock;
}

const TOO_MANY = 'Too many requests wait for this node.';

const LOADING = 'This node loads its app anew.';
/** Usually, in milliseconds. */
const LOADS_FOR = 2_000;

/**
 * Stands before NocoBase's own request handling, for every request of the process. Open, it only counts; closed, it
 * lets API work wait, or refuses it before anything of it has been processed. The probes always pass, and so does this
 * plugin's own page while there is an app to answer it.
 */
export class RequestGate {
  private closedFor: string | undefined;
  /** The host makes its app anew, and it is not whole yet. */
  private loading = false;
  private readonly room: WaitingRoom;
  /** In the order in which they began. */
  private readonly running = new Map<IncomingMessage, Running>();
  /** Those that the app is working on: it goes on when their client hangs up. */
  private readonly inside = new WeakSet<IncomingMessage>();
  private readonly excluded = new WeakSet<IncomingMessage>();
  private readonly watchers = new Set<() => void>();
  private holds = false;
  private handsOver = false;

  constructor(private readonly options: GateOptions) {
    this.room = new WaitingRoom(options.limits, options.clock);
  }

  /** The host's contract: `false` lets the request go on, anything else means that it was answered. */
  readonly handle = async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const path = pathOf(req.url);
    const isApi = path.startsWith(this.options.apiBasePath);
    if (!isApi && !path.startsWith(this.options.filesPath)) return false;
    const own = isApi && path.slice(this.options.apiBasePath.length).startsWith(`${RESOURCE}:`);
    if (own && (await this.answerProbe(path, res))) return true;
    if (own) return this.loading && refuse(req, res, LOADING, LOADS_FOR);
    if (this.shutFor !== undefined) {
      const busy = isApi && COMMAND.test(path.slice(this.options.apiBasePath.length)) && this.options.busy?.();
      if (busy) return refuseWith(req, res, 409, busy);
      if (!(await this.wait(req, res))) return true;
    }
    this.track(req, res);
    return false;
  };

  /** Whatever comes from now on waits, or is refused; the clients of what is under way are told not to come back here. */
  close(message: string, comers: 'hold' | 'refuse'): void {
    this.closedFor = message;
    // It was about the operation before.
    this.handsOver = false;
    this.setRoom();
    this.holds = comers === 'hold';
    if (!this.holds) this.room.clear();
    for (const { res } of this.running.values()) if (!res.headersSent) res.setHeader('Connection', 'close');
  }

  open(): void {
    this.closedFor = undefined;
    this.setRoom();
  }

  /**
   * Another node serves already, and a balancer repeats elsewhere what is refused here: nobody has to wait. Nothing of
   * those who wait has been processed.
   */
  set handover(possible: boolean) {
    if (this.handsOver === possible) return;
    this.handsOver = possible;
    if (possible && this.shutFor !== undefined) this.room.clear();
  }

  /** Requests that wait for this node to serve again. */
  get waiting(): number {
    return this.room.waiting;
  }

  get isOpen(): boolean {
    return this.shutFor === undefined;
  }

  /**
   * While the app loads nobody may reach it, not even this plugin's own page: at the first request the host makes up its
   * list of what stands before each action, for good, and what plugins add later is left out.
   */
  set appLoads(loading: boolean) {
    this.loading = loading;
    this.setRoom();
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
    for (const req of this.running.keys()) if (!this.excluded.has(req)) count += 1;
    return count;
  }

  /** What the longest of them are, without those that nobody waits for. */
  underWay(): readonly RequestUnderWay[] {
    const { apiBasePath, clock } = this.options;
    return oldestOf(this.running, (req) => !this.excluded.has(req), clock.monotonic(), apiBasePath);
  }

  /** Resolves when nothing is under way, or when the signal aborts. */
  async quiet(signal: AbortSignal): Promise<void> {
    if (this.inFlight() === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.watchers.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  private get shutFor(): string | undefined {
    return this.closedFor ?? (this.loading ? LOADING : undefined);
  }

  private setRoom(): void {
    if (this.shutFor === undefined) this.room.open();
    else this.room.shut();
  }

  /** False: the request was refused, or its client has gone. */
  private async wait(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const arrived = this.options.clock.monotonic();
    // Who is let go on may find it closed again: between two operations there is a moment only.
    while (this.shutFor !== undefined) {
      const holds = (this.closedFor === undefined || this.holds) && !this.handsOver;
      const departure = holds ? await this.room.enter(req, res, arrived) : 'closed';
      if (departure === 'gone') return false;
      if (departure !== 'open') {
        refuse(
          req,
          res,
          this.shutFor ?? TOO_MANY,
          this.handsOver ? 0 : this.options.remaining(),
          this.options.expected?.(),
        );
        return false;
      }
    }
    return true;
  }

  private track(req: IncomingMessage, res: ServerResponse): void {
    this.running.set(req, { res, since: this.options.clock.monotonic() });
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
    if (this.watchers.size === 0 || this.inFlight() > 0) return;
    for (const resolve of this.watchers) resolve();
    this.watchers.clear();
  }

  private async answerProbe(path: string, res: ServerResponse): Promise<boolean> {
    const action = path.slice(path.lastIndexOf(':') + 1);
    if (action !== 'live' && action !== 'ready') return false;
    const { ready, body } = await this.options.probe();
    answer(res, action === 'live' || ready ? 200 : 503, body);
    return true;
  }
}

function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  message: string,
  remaining: number,
  expected?: number,
): boolean {
  res.setHeader('Retry-After', String(Math.max(1, Math.ceil(remaining / 1000))));
  // A kept connection would bring the client's next request to this node again.
  res.setHeader('Connection', 'close');
  return refuseWith(req, res, 503, { error: { status: 503, maintaining: true, ...drainedNotice(message, expected) } });
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

/** As the host reads it: it takes whole addresses, several slashes and backslashes for what they lead to. */
function pathOf(url = ''): string {
  const path = pathname(url);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function pathname(url: string): string {
  // Nearly every request; what else there is costs the time that it costs.
  if (/^\/[^/\\#][^\\#]*$/.test(url)) return url.split('?', 1)[0] ?? '';
  try {
    return new URL(url, 'http://host').pathname;
  } catch {
    return url;
  }
}

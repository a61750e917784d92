import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESOURCE, type ProbeBody } from '../../shared/api';
import { SIGNED_IN_ACTIONS } from '../../shared/rights';
import { reachesApp, routeOf, type RoutedAction } from '../core/access';
import type { Clock } from '../core/clock';
import { answer, refuse, refuseWith } from './plain-answers';
import { RequestsUnderWay } from './requests-under-way';
import { WaitingRoom, type Departure, type RoomLimits } from './waiting-room';
import { WriteGate, type Place } from './write-gate';

/** Begin operations. What comes second is told so, and by whom, also where this node is drained for the first. */
const COMMANDS: ReadonlySet<string> = new Set([
  ...['add', 'update', 'enable', 'disable', 'remove'].map((action) => `pm:${action}`),
  'backups:create',
  'backup:create',
]);

export interface GateOptions {
  /** `/api/` as the host has it. */
  readonly apiBasePath: string;
  /** Paths outside the API that reach the app, too. */
  readonly filesPath: string;
  /** The body of the 409 for plugin commands while an operation runs; undefined when none does. */
  readonly busy?: () => object | undefined;
  /** Actions of other plugins that are operations, too (`work/registry.ts`). */
  readonly isWork?: (route: RoutedAction) => boolean;
  /** An admin who was let in during a manual maintenance goes on where others wait. */
  readonly admits?: (req: IncomingMessage) => boolean;
  /** Answers `:metrics`. */
  readonly metrics?: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  readonly watch?: GateWatch;
  /** This node for `:live` and `:ready`; ready means that it takes traffic. */
  readonly probe: () => Promise<{ readonly ready: boolean; readonly body: ProbeBody }>;
  readonly limits: RoomLimits;
  /** Milliseconds until this node can be expected to serve again. */
  readonly remaining: () => number;
  /** The same for people, who are not told a guess: undefined when nobody can know. */
  readonly expected?: () => number | undefined;
  readonly clock: Clock;
}

/** Told of what becomes of requests that cannot go on at once. */
export interface GateWatch {
  /** It waited so long, in milliseconds, and then left like that. */
  held(how: Departure, ms: number): void;
  refused(why: 'busy' | 'loading' | Exclude<Departure, 'open' | 'gone'>): void;
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
  readonly underWay: RequestsUnderWay;
  private readonly room: WaitingRoom;
  private readonly writeGate: WriteGate;
  private holds = false;
  private handsOver = false;

  constructor(private readonly options: GateOptions) {
    const { apiBasePath, limits, clock } = options;
    this.room = new WaitingRoom(limits, clock);
    this.writeGate = new WriteGate(apiBasePath, limits, clock);
    this.underWay = new RequestsUnderWay(apiBasePath, (req, url) => this.writeGate.writes(req, url), clock);
  }

  /** The host's contract: `false` lets the request go on, anything else means that it was answered. */
  readonly handle = async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const { url = '' } = req;
    if (!reachesApp(url, this.options.apiBasePath, this.options.filesPath)) return false;
    const own = url.includes(RESOURCE) ? this.routeOf(req) : undefined;
    if (own?.resource === RESOURCE) {
      if (await this.answerProbe(own.action, req, res)) return true;
      if (this.loading) this.options.watch?.refused('loading');
      if (this.loading) return refuse(req, res, LOADING, LOADS_FOR);
      // Pages ask by themselves, all of them: nobody waits for the answer, and it may not take the seats of those who do.
      const place = SIGNED_IN_ACTIONS.includes(own.action) ? this.placeFor(req) : undefined;
      return (
        place !== undefined && refuse(req, res, place.message, this.options.remaining(), this.options.expected?.())
      );
    }
    if (this.placeFor(req)) {
      const busy = this.isCommand(req) && this.options.busy?.();
      if (busy) {
        this.options.watch?.refused('busy');
        return refuseWith(req, res, 409, busy);
      }
      if (!(await this.wait(req, res))) return true;
    }
    this.underWay.begin(req, res);
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
    this.underWay.sendAway();
  }

  open(): void {
    this.closedFor = undefined;
    this.setRoom();
  }

  /** What writes waits from now on, and what reads goes on. */
  closeWrites(message: string): void {
    this.writeGate.close(message);
  }

  openWrites(): void {
    this.writeGate.open();
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
    return this.room.waiting + this.writeGate.waiting;
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

  private get shutFor(): string | undefined {
    return this.closedFor ?? (this.loading ? LOADING : undefined);
  }

  private setRoom(): void {
    if (this.shutFor === undefined) this.room.open();
    else this.room.shut();
  }

  /** Where this request has to wait; undefined: it may go on. */
  private placeFor(req: IncomingMessage): Place | undefined {
    const place = this.shut ?? this.writeGate.placeFor(req);
    return place && !this.loading && this.options.admits?.(req) ? undefined : place;
  }

  private get shut(): Place | undefined {
    const message = this.shutFor;
    const holds = this.closedFor === undefined || this.holds;
    return message === undefined ? undefined : { room: this.room, holds, message };
  }

  private routeOf({ method = '', url = '' }: IncomingMessage): RoutedAction | undefined {
    return routeOf(method, url.split('?', 1)[0] ?? '', this.options.apiBasePath);
  }

  private isCommand(req: IncomingMessage): boolean {
    const route = this.routeOf(req);
    if (!route) return false;
    return COMMANDS.has(`${route.resource}:${route.action}`) || (this.options.isWork?.(route) ?? false);
  }

  /** False: the request was refused, or its client has gone. */
  private async wait(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const { limits, clock, remaining } = this.options;
    const arrived = clock.monotonic();
    // Who is let go on may find it closed again: between two operations there is a moment only.
    for (let place = this.placeFor(req); place; place = this.placeFor(req)) {
      const holds = place.holds && !this.handsOver;
      const full = this.waiting >= limits.holdSeats && holds ? 'full' : undefined;
      const departure = full ?? (holds ? await this.hold(place, req, res, arrived) : 'closed');
      if (departure === 'gone') return false;
      if (departure !== 'open') {
        this.options.watch?.refused(departure);
        const message = departure === 'full' ? TOO_MANY : place.message;
        refuse(req, res, message, this.handsOver ? 0 : remaining(), this.options.expected?.());
        return false;
      }
    }
    return true;
  }

  private async hold(place: Place, req: IncomingMessage, res: ServerResponse, arrived: number): Promise<Departure> {
    const { limits, clock, watch } = this.options;
    const from = clock.monotonic();
    const departure = await place.room.enter(req, res, arrived);
    if (limits.holdLimit > 0) watch?.held(departure, clock.monotonic() - from);
    return departure;
  }

  private async answerProbe(action: string, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    if (action === 'metrics' && this.options.metrics) {
      await this.options.metrics(req, res);
      return true;
    }
    if (action !== 'live' && action !== 'ready') return false;
    const { ready, body } = await this.options.probe();
    answer(res, action === 'live' || ready ? 200 : 503, body);
    return true;
  }
}

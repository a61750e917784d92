import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../core/clock';

export interface RoomLimits {
  /** How long a request may wait, in milliseconds; 0: none waits. */
  readonly holdLimit: number;
  /** How many may wait at a time. */
  readonly holdSeats: number;
}

/** `open`: it may go on. `gone`: its client went away. Otherwise it has to be refused, and nothing of it was processed. */
export type Departure = 'open' | 'gone' | 'late' | 'full' | 'closed';

interface Guest {
  readonly leave: (how: Departure) => void;
}

/** So many leave at a time, and then the process does other things first: the probes are answered all along. */
const SLICE = 20;

/**
 * Requests that wait instead of being refused. Nothing of them is read meanwhile but what the host had read before: the
 * client's system keeps the rest.
 */
export class WaitingRoom {
  /** In the order of their arrival. */
  private readonly guests = new Set<Guest>();
  /** Those who have to leave whether it is open or not. */
  private readonly leaving = new Map<Guest, Departure>();
  private opened = false;
  private busy = false;

  constructor(
    private readonly limits: RoomLimits,
    private readonly clock: Clock,
  ) {}

  get waiting(): number {
    return this.guests.size + this.leaving.size;
  }

  /** `since`: when the request arrived, by the monotonic clock. Resolves when it has to leave; never rejects. */
  async enter(req: IncomingMessage, res: ServerResponse, since: number): Promise<Departure> {
    const left = since + this.limits.holdLimit - this.clock.monotonic();
    if (this.limits.holdLimit === 0) return 'closed';
    if (left <= 0) return 'late';
    if (this.waiting >= this.limits.holdSeats) return 'full';
    if (res.destroyed || req.destroyed) return 'gone';
    return this.stay(res, left);
  }

  /** Those who wait go on, the first first; until `shut`, whoever comes does not wait at all. */
  open(): void {
    this.opened = true;
    this.work();
  }

  /** From now on whoever comes waits. */
  shut(): void {
    this.opened = false;
  }

  /** There is nothing to wait for: everybody is refused. */
  clear(): void {
    for (const guest of this.guests) this.dismiss(guest, 'closed');
  }

  private async stay(res: ServerResponse, left: number): Promise<Departure> {
    const over = new AbortController();
    const departure = await new Promise<Departure>((resolve) => {
      const guest: Guest = { leave: resolve };
      this.guests.add(guest);
      const goAway = () => {
        this.guests.delete(guest);
        this.leaving.delete(guest);
        resolve('gone');
      };
      res.once('close', goAway);
      over.signal.addEventListener('abort', () => res.off('close', goAway));
      void this.clock.sleep(left, over.signal).then(() => this.dismiss(guest, 'late'));
    });
    over.abort();
    return departure;
  }

  private dismiss(guest: Guest, how: Departure): void {
    if (!this.guests.delete(guest)) return;
    this.leaving.set(guest, how);
    this.work();
  }

  private work(): void {
    if (this.busy) return;
    this.busy = true;
    void this.clock.sleep(0).then(() => this.slice());
  }

  private slice(): void {
    let left = SLICE;
    for (const [guest, how] of this.leaving) {
      if (left === 0) break;
      this.leaving.delete(guest);
      guest.leave(how);
      left -= 1;
    }
    for (const guest of this.guests) {
      if (left === 0 || !this.opened) break;
      this.guests.delete(guest);
      guest.leave('open');
      left -= 1;
    }
    this.busy = false;
    if (this.leaving.size > 0 || (this.opened && this.guests.size > 0)) this.work();
  }
}

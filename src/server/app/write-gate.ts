import type { IncomingMessage } from 'node:http';
import { accessOf, bringsBody } from '../core/access';
import type { Clock } from '../core/clock';
import { WaitingRoom, type RoomLimits } from './waiting-room';

/** Where a request waits, and what it reads when it may not. */
export interface Place {
  readonly room: WaitingRoom;
  readonly holds: boolean;
  readonly message: string;
}

/** The part of the gate that stops what writes and lets through what reads. In doubt a request writes. */
export class WriteGate {
  private readonly room: WaitingRoom;
  private closedFor: string | undefined;

  constructor(
    private readonly apiBasePath: string,
    limits: RoomLimits,
    clock: Clock,
  ) {
    this.room = new WaitingRoom(limits, clock);
  }

  close(message: string): void {
    this.closedFor = message;
    this.room.shut();
  }

  open(): void {
    this.closedFor = undefined;
    this.room.open();
  }

  get waiting(): number {
    return this.room.waiting;
  }

  /** Undefined: it may go on. */
  placeFor(req: IncomingMessage): Place | undefined {
    const { closedFor, room } = this;
    if (closedFor === undefined || !this.writes(req, req.url)) return undefined;
    return { room, holds: true, message: closedFor };
  }

  /** `url` as it came: the host may have changed it since. */
  writes({ method = '', headers }: IncomingMessage, url = ''): boolean {
    return accessOf({ method, url, hasBody: bringsBody(headers) }, this.apiBasePath) === 'write';
  }
}

/**
 * A network between a client and a server that can be cut, silenced or slowed down while both are running.
 *
 * What each trouble does to the two sides is what a real network does:
 * - `cut`: both get a reset at once, and who connects anew is refused.
 * - `blackhole`: nothing is lost and nothing arrives. Who sends fills the buffers of the kernel and then waits. What a
 *   side does meanwhile (sending, closing, resetting) reaches the other one after `heal`, in order and also when the
 *   sender has given up by then: TCP retransmits for minutes. A connection that is opened meanwhile reaches the server
 *   after `heal`, and never if its client gave up before. (One difference: a real connect would still be pending, here
 *   it succeeds, because the kernel of this machine accepts it.)
 * - `delay`: everything arrives later, in order.
 * A target that refuses shows as a reset, because the client is connected already.
 */
import { createServer, Socket } from 'node:net';
import { freePort } from './ports';

export interface ProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
}

export interface Proxy {
  readonly port: number;
  /** Connections accepted since the start, and those that exist now. */
  readonly counts: { readonly accepted: number; readonly open: number };
  cut(): void;
  /** Resolves when it can be connected to, which only matters after `cut`. */
  blackhole(): Promise<void>;
  /** Each chunk arrives `ms` later, in both directions; those under way keep their time. 0 ends it and lets them go. */
  delay(ms: number): void;
  /** Plain forwarding again; what was held back or delayed goes out at once. Resolves when it can be connected to. */
  heal(): Promise<void>;
  /** Resets all connections; resolves when nothing of the proxy is left. */
  stop(): Promise<void>;
}

interface Network {
  readonly target: ProxyOptions['target'];
  readonly lines: Set<Line>;
  silent: boolean;
  delay: number;
  accepted: number;
}

/** How much one direction of a connection may hold back before its sender is no longer read. */
const LIMIT = 64 * 1024;

/** Starts on a free port of 127.0.0.1, forwarding to the target. Lives in this process and ends with it. */
export async function startProxy({ target }: ProxyOptions): Promise<Proxy> {
  const port = await freePort();
  const network: Network = { target, lines: new Set(), silent: false, delay: 0, accepted: 0 };
  const update = (change: Partial<Pick<Network, 'silent' | 'delay'>>) => {
    Object.assign(network, change);
    network.lines.forEach((line) => line.update());
  };
  let door: Door | undefined = openDoor(network, port);
  const cut = () => {
    door?.close();
    door = undefined;
    network.lines.forEach((line) => line.reset());
  };
  await door.opened;
  return {
    port,
    get counts() {
      return { accepted: network.accepted, open: network.lines.size };
    },
    cut,
    blackhole() {
      update({ silent: true });
      return (door ??= openDoor(network, port)).opened;
    },
    delay: (ms) => update({ delay: ms }),
    heal() {
      update({ silent: false, delay: 0 });
      return (door ??= openDoor(network, port)).opened;
    },
    async stop() {
      cut();
      await Promise.all([...network.lines].map((line) => line.closed));
    },
  };
}

interface Door {
  readonly opened: Promise<void>;
  close(): void;
}

function openDoor(network: Network, port: number): Door {
  let closed = false;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    network.accepted += 1;
    const line = new Line(client, network);
    network.lines.add(line);
    void line.closed.then(() => network.lines.delete(line));
  });
  const opened = new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => {
      if (closed) server.close();
      resolve();
    });
  });
  return {
    opened,
    close() {
      closed = true;
      if (server.listening) server.close();
    },
  };
}

/** One connection of a client, and the proxy's own one to the target. */
class Line {
  readonly closed: Promise<unknown>;
  private readonly server = new Socket({ allowHalfOpen: true });
  private readonly lanes: readonly Lane[];
  private dialed = false;

  constructor(
    private readonly client: Socket,
    private readonly network: Network,
  ) {
    const { server } = this;
    this.closed = Promise.all([client, server].map((socket) => new Promise((done) => socket.once('close', done))));
    // Nothing is under way yet, so its end can be seen only by reading on.
    const abandon = () => {
      if (!this.dialed) [client, server].forEach((socket) => socket.destroy());
    };
    client.once('end', abandon).once('error', abandon);
    this.lanes = [
      new Lane(client, server, network, () => network.silent && this.dialed),
      new Lane(server, client, network, () => network.silent),
    ];
    this.update();
  }

  /** The network has changed. */
  update(): void {
    const { target, silent } = this.network;
    if (!silent && !this.dialed) {
      this.dialed = true;
      this.server.setNoDelay(true).connect(target.port, target.host);
    }
    this.lanes.forEach((lane) => lane.update());
  }

  reset(): void {
    [this.client, this.server].forEach(reset);
  }
}

type Parcel = { due: number; readonly what: Buffer | 'end' | 'reset' };

/** One direction of a connection: what came in waits here until it may go out. */
class Lane {
  private readonly parcels: Parcel[] = [];
  private bytes = 0;
  /** The receiver's own buffer is full. */
  private full = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly network: Network,
    /** True while nobody may notice what the sender does, not even this proxy. */
    private readonly deaf: () => boolean,
  ) {
    from.on('data', (chunk: Buffer) => this.take(chunk));
    from.on('end', () => this.take('end'));
    from.on('error', () => this.take('reset'));
    to.on('drain', () => {
      this.full = false;
      this.move();
    });
    to.once('close', () => clearTimeout(this.timer));
  }

  update(): void {
    if (this.network.delay === 0) this.parcels.forEach((parcel) => (parcel.due = 0));
    this.move();
  }

  private take(what: Parcel['what']): void {
    const { delay } = this.network;
    this.parcels.push({ due: delay === 0 ? 0 : performance.now() + delay, what });
    this.bytes += what.length;
    this.move();
  }

  private move(): void {
    clearTimeout(this.timer);
    // Nobody is there to be told any more; what still comes is read and forgotten.
    if (this.to.destroyed) this.parcels.length = this.bytes = 0;
    while (this.isDue(this.parcels[0])) this.send(this.parcels.shift());
    const [next] = this.parcels;
    if (next && !this.network.silent && !this.full) {
      this.timer = setTimeout(() => this.move(), Math.ceil(next.due - performance.now()));
    }
    if (this.bytes >= LIMIT || this.deaf()) this.from.pause();
    else this.from.resume();
  }

  private isDue(parcel: Parcel | undefined): boolean {
    return parcel !== undefined && !this.network.silent && !this.full && parcel.due <= performance.now();
  }

  private send(parcel: Parcel | undefined): void {
    if (!parcel) return;
    const { what } = parcel;
    this.bytes -= what.length;
    if (what === 'end') this.to.end();
    else if (what === 'reset') reset(this.to);
    else this.full = !this.to.write(what);
  }
}

/** `resetAndDestroy` of Node sends what is still to be written, and a normal end, before it resets. */
function reset(socket: Socket & { resetAndClosing?: boolean }): void {
  // A socket that is just saying goodbye cannot be reset, only closed.
  const ending = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (!socket.connecting && !ending) socket.resetAndClosing = true;
  socket.destroy();
}

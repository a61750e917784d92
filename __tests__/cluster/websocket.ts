import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot, type ClusterNode } from '../../tools/cluster';

export interface HostMessage {
  readonly type?: string;
  readonly payload?: { readonly code?: string; readonly message?: string; readonly expectedInSeconds?: number };
}

/** A browser's websocket, as far as a test looks at it. */
export interface OpenSocket {
  /** Everything that came so far, in order. */
  readonly messages: readonly HostMessage[];
  isOpen(): boolean;
  /** How often it was closed by the node. */
  closed(): number;
  end(): void;
}

/** Opens one as NocoBase's own client does. */
export async function openSocket(node: ClusterNode): Promise<OpenSocket> {
  const { WebSocket } = createRequire(join(projectRoot, '.host', 'base', 'package.json'))('ws') as Sockets;
  const socket = new WebSocket(`ws://127.0.0.1:${node.port}/ws`);
  const messages: HostMessage[] = [];
  let closed = 0;
  socket.on('message', (data) => void messages.push(JSON.parse(String(data)) as HostMessage));
  socket.on('close', () => void (closed += 1));
  await once(socket, 'open');
  return {
    messages,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    closed: () => closed,
    end: () => socket.terminate(),
  };
}

interface Sockets {
  readonly WebSocket: { readonly OPEN: number; new (url: string): HostSocket };
}

interface HostSocket extends NodeJS.EventEmitter {
  readonly readyState: number;
  on(event: 'message' | 'close', listener: (data: unknown) => void): this;
  terminate(): void;
}

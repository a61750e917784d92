import type { IncomingMessage } from 'node:http';
import type { Clock } from '../core/clock';

export const MAIN = 'main';

/** For so long, in milliseconds, a host name is taken to mean the app that it meant before: the host asks its database. */
const KNOWN_FOR = 5_000;
/** Anybody may send any host name. */
const MOST = 1_000;

export interface Address {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

interface Known {
  readonly app: string;
  readonly at: number;
}

/** Which app of this process a request is for, by the host's own rules. */
export class AppRouter {
  private readonly byHost = new Map<string, Known>();
  private readonly names = new Set<string>();
  /** Each app of the process asks for each request. */
  private readonly answers = new WeakMap<IncomingMessage, Promise<string>>();

  /** `ask` is the host's own answer; it takes the name of the app out of the address of what it is given. */
  constructor(
    private readonly clock: Clock,
    private readonly ask: (req: Address) => Promise<string>,
  ) {}

  /** From now on requests may be for this one. */
  add(name: string): void {
    this.names.add(name);
  }

  /** What is for an app that is not known here is for the main one: it answers for those that have not begun. */
  appOf(req: IncomingMessage): Promise<string> {
    if (this.names.size === 0) return Promise.resolve(MAIN);
    const answer = this.answers.get(req) ?? this.find(req);
    this.answers.set(req, answer);
    return answer;
  }

  private async find(req: IncomingMessage): Promise<string> {
    const named = namesApp(req);
    const host = String(req.headers['x-hostname'] ?? req.headers.host ?? '');
    const known = named ? undefined : this.byHost.get(host);
    if (known && this.clock.monotonic() - known.at < KNOWN_FOR) return known.app;
    const app = await this.nameFrom(req);
    if (!named) this.remember(host, app);
    return app;
  }

  private async nameFrom({ url = '', headers }: IncomingMessage): Promise<string> {
    const name = await this.ask({ url, headers }).catch(() => MAIN);
    return this.names.has(name) ? name : MAIN;
  }

  private remember(host: string, app: string): void {
    if (this.byHost.size >= MOST) this.byHost.clear();
    this.byHost.set(host, { app, at: this.clock.monotonic() });
  }
}

/** By what the host looks at before it looks at the host name. */
function namesApp({ url = '', headers }: IncomingMessage): boolean {
  return headers['x-app'] !== undefined || url.includes('__app') || url.includes('/files/');
}

import type { Fingerprint } from '../../src/shared/domain';
import type { AppLifecycle } from '../../src/server/ports';
import type { SharedData, Work } from './data';
import type { Link } from './network';
import type { Host, Simulation } from './simulation';

/** Of the host, on all nodes. */
export const VERSION = '2.2.15';
const RELOAD = 300;
/** Between two writes of an operation's work. */
const STROKE = 40;
const yes = () => true;
const no = () => false;

export function code(digest: string): Fingerprint {
  return { digest, core: VERSION, plugins: [{ name: 'p', version: '1.0.0', hash: digest }] };
}

/** The app of a simulated node: it has code in memory, answers requests that write, and does the work of operations. */
export class ModelApp implements AppLifecycle {
  open = false;
  /** What the plugin asks of the app before it uses the database. */
  hindrance: () => Promise<void> | undefined = () => undefined;
  /** Why this host must not write for that epoch, by the account that is kept of the guard. */
  objection: (epoch: number) => string | undefined = () => undefined;
  paused = false;
  /** Requests that write are taken. */
  private writesOpen = true;
  /** It loads plugins and tables: the database may be written by that, too. */
  loading = false;
  memory: Fingerprint | undefined;
  private fenced: string | undefined;
  /** How often the database ended this app's connections. */
  private evictions = 0;
  private requests = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly simulation: Simulation,
    private readonly host: Host,
    private readonly data: SharedData,
    private readonly database: Link,
  ) {}

  get takesWrites(): boolean {
    return this.writesOpen && !this.paused;
  }

  /** It lets nothing through to the database. */
  get isFenced(): boolean {
    return this.fenced !== undefined;
  }

  inFlight = (): number => this.requests;
  underWay = () => [];
  loaded = (): Fingerprint | undefined => this.memory;
  answers = async (): Promise<string | undefined> => (this.memory ? undefined : 'The app did not load.');
  verify = (): Promise<string | undefined> => Promise.resolve(undefined);

  installedVersion = (): Promise<string | undefined> =>
    this.database.call('version', () => (this.data.digest === '' ? undefined : VERSION));

  expected = (): Promise<Fingerprint | undefined> =>
    this.database.call('expected', () => (this.data.digest === '' ? undefined : code(this.data.digest)));

  closeTraffic(): void {
    this.open = false;
  }

  openTraffic(): void {
    if (this.fenced !== undefined) this.data.report(`R1: ${this.host.name} serves although it was fenced off`);
    this.open = true;
  }

  async quiet(signal: AbortSignal): Promise<void> {
    if (this.requests === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.waiting.add(resolve);
      signal.addEventListener('abort', () => resolve());
    });
  }

  closeWrites(): void {
    this.writesOpen = false;
  }

  openWrites(): void {
    this.writesOpen = true;
  }

  /** All requests of the model write. */
  writesEnded(signal: AbortSignal): Promise<void> {
    return this.quiet(signal);
  }

  async pauseBackground(): Promise<void> {
    this.paused = true;
  }

  async resumeBackground(): Promise<void> {
    this.paused = false;
  }

  backgroundWork = (): readonly string[] => [];

  async abandonBackground(): Promise<void> {}

  /** A statement that is under way ends with its connection; between two of them nothing is noticed. */
  loseConnections(): void {
    if (this.simulation.random.chance(0.5)) this.evictions += 1;
  }

  async fence(reason: string): Promise<void> {
    this.fenced = reason;
  }

  /** What it reads is what it has in the end, so nobody may change the database meanwhile. */
  async reload(): Promise<void> {
    this.loading = true;
    try {
      if (!(await this.mayUseDatabase())) throw new Error('the database could not be used');
      const digest = await this.database.call('load', () => this.data.digest);
      await this.simulation.wait(RELOAD, this.host);
      if (digest === '') throw new Error('Nothing is installed.');
      this.fenced = undefined;
      this.memory = code(digest);
    } finally {
      this.loading = false;
    }
  }

  /** A client asks; taken if the node takes traffic. The request writes when it ends. */
  request(duration: number): void {
    const taken = this.take();
    this.data.requests[taken ? 'accepted' : 'refused'] += 1;
    if (!taken) return;
    const began = this.simulation.time;
    const { evictions } = this;
    this.simulation.after(duration, this.host, () => void this.answer(began, evictions));
  }

  /** A request has come. Whoever gets `true` has to call `answered`. */
  take(): boolean {
    if (!this.open || !this.writesOpen || this.host.state !== 'running') return false;
    this.requests += 1;
    return true;
  }

  answered(): void {
    this.requests -= 1;
    if (this.requests > 0) return;
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  /** A node that cannot reach the database, or must look first, cannot write; the client gets an error. */
  private async answer(began: number, evictions: number): Promise<void> {
    const { data, host } = this;
    const may = (await this.mayUseDatabase()) && this.evictions === evictions && this.fenced === undefined;
    if (may && this.database.state === 'up' && host.state === 'running') data.write(host);
    else {
      data.requests.lost += 1;
      if (host.troubledUntil < began) data.report(`R8: ${host.name} lost a request that it had taken`);
    }
    this.answered();
  }

  /** The work of an operation: many small writes. Returns what went wrong. */
  async work(work: Work, duration: number, digest: string): Promise<string | undefined> {
    const end = this.simulation.time + duration;
    const { evictions } = this;
    do {
      const failure = await this.failure(work.epoch, evictions);
      if (failure !== undefined) return failure;
      const objection = this.objection(work.epoch);
      if (objection !== undefined) this.data.report(objection);
      this.data.work(work);
      await this.simulation.wait(STROKE, this.host);
    } while (this.simulation.time < end);
    const failure = await this.failure(work.epoch, evictions);
    if (failure !== undefined) return failure;
    this.data.finish(work.epoch, digest);
    this.memory = code(digest);
    return undefined;
  }

  /** A command that fails ends in order, as the host ends it; one that was fenced off leaves a torn database. */
  private async failure(epoch: number, evictions: number): Promise<string | undefined> {
    const may = (await this.mayUseDatabase()) && this.evictions === evictions;
    if (this.fenced !== undefined) this.data.tear(epoch);
    else if (may && this.database.state === 'up') return undefined;
    else this.data.fail(epoch);
    return this.fenced ?? 'the database could not be used';
  }

  /** Asked before each statement, as the host's pool is. */
  private async mayUseDatabase(): Promise<boolean> {
    const hindrance = this.hindrance();
    return hindrance === undefined || (await hindrance.then(yes, no));
  }
}

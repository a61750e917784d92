import { createHash } from 'node:crypto';
import { QueryTypes, Sequelize, type Options } from 'sequelize';
import type { RequestGate } from '../../../../src/server/app/request-gate';
import type { Clock } from '../../../../src/server/core/clock';
import { sentence } from '../../../../src/server/core/errors';
import type { AppLifecycle } from '../../../../src/server/ports';
import type { Fingerprint } from '../../../../src/shared/domain';
import { SLOW_TABLE, USER_TABLE, WORK_TABLE } from '../words';
import { isMissing, makeTables, quote } from './tables';

export const VERSION = '2.2.15';
/** How long a reload takes, and the pause between two writes of an operation's work, in milliseconds. */
const RELOAD = 300;
const STROKE = 40;
const STROKES = 10;
/** How long the database may be away when the app loads. */
const LOAD_WITHIN = 5_000;
/** How long a user's transaction is open. */
const TRANSACTION = 40;

/** The small app in place of NocoBase: it has the enabled plugins in memory, and writes. */
export class LightApp implements AppLifecycle {
  private hindrance: (() => Promise<void> | undefined) | undefined;
  private db: Sequelize;
  private memory: Fingerprint | undefined;
  private fenced = false;

  constructor(
    private readonly gate: RequestGate,
    private readonly options: Options,
    private readonly clock: Clock,
    private readonly bootId: string,
  ) {
    this.db = this.connect();
  }

  get sequelize(): Sequelize {
    return this.db;
  }

  /** As with the host: for each new database object. */
  askBeforeConnecting(hindrance: () => Promise<void> | undefined): void {
    this.hindrance = hindrance;
    this.db.addHook('beforePoolAcquire', async () => hindrance());
  }

  inFlight = (): number => this.gate.underWay.count();
  underWay = () => this.gate.underWay.oldest();
  closeTraffic = (message: string, comers: 'hold' | 'refuse'): void => this.gate.close(message, comers);
  openTraffic = (): void => this.gate.open();
  quiet = (signal: AbortSignal): Promise<void> => this.gate.underWay.quiet(signal);
  pauseBackground = async (): Promise<void> => {};
  abandonBackground = async (): Promise<void> => {};
  backgroundWork = (): readonly string[] => [];
  resumeBackground = async (): Promise<void> => {};
  closeWrites = (message: string): void => this.gate.closeWrites(message);
  openWrites = (): void => this.gate.openWrites();
  writesEnded = (signal: AbortSignal): Promise<void> => this.gate.underWay.writesEnded(signal);
  loaded = (): Fingerprint | undefined => this.memory;

  async reload(): Promise<void> {
    const old = this.db;
    await this.clock.sleep(RELOAD);
    this.open();
    // What is under way on the old connections is not waited for.
    void old.close().catch(() => undefined);
    await this.load();
  }

  /** As the host answers a question: only with an app that has loaded, and with the database. */
  async answers(): Promise<string | undefined> {
    if (!this.memory) return 'The app did not load; see the log of this node.';
    return this.db.query('SELECT 1').then(() => undefined, sentence);
  }

  async verify(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  /** As the host's connections are closed: whoever asks for one from now on gets none. */
  async fence(reason: string): Promise<void> {
    this.gate.close(reason, 'hold');
    this.fenced = true;
    void this.db.close().catch(() => undefined);
    await Promise.resolve();
  }

  async load(): Promise<void> {
    const fingerprint = await this.expected();
    if (!fingerprint) throw new Error('Nothing is installed.');
    this.memory = fingerprint;
  }

  async expected(): Promise<Fingerprint | undefined> {
    if ((await this.installedVersion()) === undefined) return undefined;
    const table = quote(this.db, 'applicationPlugins');
    const rows = await this.rows<{ name: string }>(`SELECT name FROM ${table} WHERE enabled ORDER BY name`);
    const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
    const plugins = rows.map(({ name }) => ({ name, version: '1.0.0', hash: hash(name) }));
    return { digest: hash(rows.map(({ name }) => name).join(' ')), core: VERSION, plugins };
  }

  /** Asked first when the app loads anew: as with the host, a fence is over then. */
  async installedVersion(): Promise<string | undefined> {
    if (this.fenced) this.open();
    const sql = `SELECT value FROM ${quote(this.db, 'applicationVersion')}`;
    const rows = await this.rows<{ value: string }>(sql).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return rows[0]?.value;
  }

  async install(epoch: number, tell: (step: string) => void): Promise<void> {
    await makeTables(this.db);
    await this.work(epoch, tell);
    const table = quote(this.db, 'applicationVersion');
    if ((await this.installedVersion()) === undefined) await this.write(`INSERT INTO ${table} VALUES ($1)`, [VERSION]);
    await this.load();
  }

  /** What an operation does: one change that counts, in the middle of many small writes. */
  async enable(epoch: number, name: string, enabled: boolean, tell: (step: string) => void): Promise<void> {
    const table = quote(this.db, 'applicationPlugins');
    const change = async () => {
      // A failure in between would leave no row at all, which is the same as not enabled.
      await this.write(`DELETE FROM ${table} WHERE name = $1`, [name]);
      await this.write(`INSERT INTO ${table} (name, enabled) VALUES ($1, $2)`, [name, enabled]);
    };
    // The host loads anew, too, when its command failed.
    await this.work(epoch, tell, change).finally(() => this.loadAgain());
  }

  private async loadAgain(): Promise<void> {
    const giveUp = this.clock.monotonic() + LOAD_WITHIN;
    while (this.clock.monotonic() < giveUp) {
      const loaded = await this.load().then(
        () => true,
        () => false,
      );
      if (loaded) return;
      await this.clock.sleep(200);
    }
  }

  /** A user's write: a transaction that is open for a moment. */
  async create(title: string): Promise<void> {
    const { db } = this;
    const sql = `INSERT INTO ${quote(db, USER_TABLE)} (title, process) VALUES ($1, $2)`;
    await db.transaction(async (transaction) => {
      await db.query(sql, { bind: [title, this.bootId], transaction });
      await this.clock.sleep(TRANSACTION);
    });
  }

  pause(ms: number): Promise<void> {
    return this.clock.sleep(ms);
  }

  async readSlowly(): Promise<void> {
    await this.db.query(`SELECT count(*) FROM ${quote(this.db, SLOW_TABLE)}`);
  }

  private async work(epoch: number, tell: (step: string) => void, change?: () => Promise<void>): Promise<void> {
    const sql = `INSERT INTO ${quote(this.db, WORK_TABLE)} (epoch, process, step) VALUES ($1, $2, $3)`;
    for (let step = 1; step <= STROKES; step += 1) {
      tell(`write ${step}/${STROKES}`);
      await this.write(sql, [epoch, this.bootId, step]);
      if (step === STROKES / 2) await change?.();
      await this.clock.sleep(STROKE);
    }
  }

  private async write(sql: string, bind: unknown[]): Promise<void> {
    await this.db.query(sql, { bind });
  }

  private rows<T extends object>(sql: string): Promise<T[]> {
    return this.db.query<T>(sql, { type: QueryTypes.SELECT });
  }

  private open(): void {
    this.fenced = false;
    this.db = this.connect();
    if (this.hindrance) this.askBeforeConnecting(this.hindrance);
  }

  private connect(): Sequelize {
    return new Sequelize({ ...this.options, logging: false });
  }
}

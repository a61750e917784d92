import type { Redis } from 'ioredis';
import { ERROR_CODES } from '../../shared/api';
import type { Clock } from '../core/clock';
import { MaintenanceError } from '../core/errors';
import type { Timings } from '../core/settings';
import { commandClient, subscribeClient, type RedisClient } from './clients';
import { Link } from './link';
import type { RedisKeys } from './keys';
import { explain, type RedisProblem } from './problems';
import { runScript, type ScriptName } from './scripts';
import { addressOf, parseRedisUrl, type RedisTarget, type RedisUrlOutcome } from './url';

export interface ConnectionOptions {
  readonly url: string | undefined;
  readonly keys: RedisKeys;
  readonly timings: Pick<Timings, 'commandTimeout'>;
  readonly clock: Clock;
  /** A message on the channel of the hints. */
  readonly onMessage: (message: string) => void;
  /** The subscription failed or was lost: hints do not arrive until it is back. */
  readonly onDeaf: (problem: RedisProblem) => void;
}

/** How long a wrong password or a missing right waits for the next attempt, in ms. */
const PERMANENT_PAUSE = { commands: 1_000, hints: 10_000 };

/** Two connections to Redis, one for commands and one that listens, kept up until they are closed. */
export class RedisConnection {
  private readonly parsed: RedisUrlOutcome;
  private readonly commands: Link<RedisClient> | undefined;
  private readonly hints: Link<Redis> | undefined;
  /** What the last command failed with, although its connection works. */
  private trouble: string | undefined;
  private closed = false;

  constructor(private readonly options: ConnectionOptions) {
    this.parsed = parseRedisUrl(options.url ?? '');
    if (!this.parsed.ok) return;
    this.commands = this.commandLink(this.parsed.target);
    this.hints = this.hintLink(this.parsed.target);
  }

  /** Why Redis cannot be used right now; undefined when it can. */
  problem(): string | undefined {
    if (this.closed) return 'The connection to Redis was closed, because this process ends or leaves the cluster.';
    if (!this.parsed.ok) return this.parsed.problem;
    if (this.commands?.client) return this.trouble;
    return this.commands?.problem?.sentence ?? `Redis at ${addressOf(this.parsed.target)} has not answered yet: wait.`;
  }

  /**
   * Connects. Resolves when Redis can be used; rejects with the problem at once when only people can help, or after
   * `deadline` ms. It keeps trying either way.
   */
  async open(deadline: number): Promise<void> {
    if (this.closed || !this.commands) throw this.offline();
    this.hints?.start();
    const { clock } = this.options;
    const done = new AbortController();
    const late = new AbortController();
    void clock.sleep(deadline, done.signal).then(() => late.abort());
    try {
      await this.commands.up(late.signal, () => this.offline());
    } catch {
      throw this.offline();
    } finally {
      done.abort();
    }
    // It may have failed a moment before there was a connection for commands, and tries again only much later.
    const deaf = this.hints?.problem;
    if (deaf) this.options.onDeaf(deaf);
  }

  /** Runs a script. Rejects with a sentence when Redis cannot be reached; it may have run nevertheless. */
  script(name: ScriptName, keys: readonly string[], values: readonly (string | number)[] = []): Promise<unknown> {
    return this.run((client) => runScript(client, name, keys, values));
  }

  async run<T>(use: (client: RedisClient) => Promise<T>): Promise<T> {
    const client = this.commands?.client;
    if (!client || this.closed) throw this.offline();
    try {
      const value = await use(client);
      this.trouble = undefined;
      return value;
    } catch (error) {
      throw this.failed(client, error);
    }
  }

  /** Sends a hint; returns why it could not, if Redis is there. Lost hints are no trouble to anything else. */
  async publish(message: string): Promise<RedisProblem | undefined> {
    const client = this.commands?.client;
    if (!client || this.closed) return undefined;
    try {
      await client.publish(this.options.keys.hints, message);
      return undefined;
    } catch (error) {
      const problem = this.explain(error);
      if (problem.reconnect) this.commands?.drop(client, error);
      return problem;
    }
  }

  /** Closes both connections. Idempotent; never rejects. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([this.commands?.close(), this.hints?.close()]);
  }

  private failed(client: RedisClient, error: unknown): MaintenanceError {
    const { sentence, reconnect } = this.explain(error);
    if (this.commands?.client === client) {
      if (reconnect) this.commands.drop(client, error);
      else this.trouble = sentence;
    }
    // Without the cause: errors of ioredis carry the arguments of the command, and AUTH is a command.
    return new MaintenanceError(ERROR_CODES.offline, 503, sentence);
  }

  private offline(): MaintenanceError {
    return new MaintenanceError(ERROR_CODES.offline, 503, this.problem() ?? 'Redis cannot be used: try again.');
  }

  private explain(error: unknown): RedisProblem {
    if (!this.parsed.ok) return { sentence: this.parsed.problem, reconnect: false, permanent: true, vague: false };
    return explain(error, this.parsed.target, this.options.timings.commandTimeout);
  }

  /** The client of a Redis Cluster keeps to itself why it cannot connect; the plain one of the hints knows. */
  private explainCommand(error: unknown): RedisProblem {
    const problem = this.explain(error);
    return problem.vague ? (this.hints?.problem ?? problem) : problem;
  }

  private commandLink(target: RedisTarget): Link<RedisClient> {
    const { keys } = this.options;
    return new Link<RedisClient>({
      ...this.common(target),
      explain: (error) => this.explainCommand(error),
      create: (attempt) => commandClient(target, this.options.timings.commandTimeout, attempt),
      prove: async (client) => {
        // ioredis would go on in database 0 when this fails during its own connect.
        if (target.db !== 0) await client.select(target.db);
        await runScript(client, 'prove', [keys.lease, keys.nodes, keys.seen]);
        this.trouble = undefined;
      },
      onDown: () => undefined,
      permanentPause: PERMANENT_PAUSE.commands,
    });
  }

  private hintLink(target: RedisTarget): Link<Redis> {
    return new Link<Redis>({
      ...this.common(target),
      create: (attempt) => {
        const client = subscribeClient(target, this.options.timings.commandTimeout, attempt);
        return client.on('message', (_channel: string, message: string) => this.options.onMessage(message));
      },
      prove: (client) => client.subscribe(this.options.keys.hints),
      onDown: this.options.onDeaf,
      permanentPause: PERMANENT_PAUSE.hints,
    });
  }

  private common(target: RedisTarget) {
    const { clock, timings } = this.options;
    return {
      explain: (error: unknown) => this.explain(error),
      // Every host may cost a connection and an answer; then the server itself.
      patience: (target.hosts.length + 1) * 2 * timings.commandTimeout,
      clock,
    };
  }
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from './paths';
import { freePort } from './ports';
import { launch, until, type RunningProcess } from './processes';
import { selfSignedCertificate, type Certificate } from './redis-tls';

export interface RedisOptions {
  password?: string;
  /** Speaks only TLS, with a certificate signed by an authority made for this run (`caFile`). */
  tls?: boolean;
  port?: number;
  /** More arguments for redis-server, such as `['--cluster-enabled', 'yes']`. */
  args?: string[];
}

export interface RedisServer {
  /** What a client connects to, password and scheme (redis: or rediss:) included. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly caFile: string | undefined;
  /** Runs redis-cli against it and gives its output. */
  cli(...args: string[]): Promise<string>;
  /** kill -9, no goodbye. `restartEmpty` brings it back. */
  kill(): Promise<void>;
  /** Frozen: it accepts connections (the kernel does) and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same port, with no data; kills it before if it still runs. */
  restartEmpty(): Promise<void>;
  stop(): Promise<void>;
  log(): string;
}

const run = promisify(execFile);

/** Starts a Redis of its own, without persistence, gone with the run. Waits until it answers. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { path, remove } = temporaryDirectory('redis');
  const port = options.port ?? (await freePort());
  const certificate = options.tls ? selfSignedCertificate(path) : undefined;
  const start = () =>
    launch({
      label: `Redis on port ${port}`,
      command: 'redis-server',
      args: serverArguments(path, port, options, certificate),
      cwd: path,
      env: { PATH: process.env.PATH },
      logFile: join(path, 'redis.log'),
    });
  const cli = async (...args: string[]) => {
    const { stdout } = await run('redis-cli', [...cliArguments(port, options, certificate), ...args], {
      env: { PATH: process.env.PATH, ...(options.password ? { REDISCLI_AUTH: options.password } : {}) },
    });
    return stdout.trim();
  };
  const server = start();
  await waitForAnswer(server, cli);
  return build(port, options, certificate, start, server, cli, remove);
}

function build(
  port: number,
  options: RedisOptions,
  certificate: Certificate | undefined,
  start: () => RunningProcess,
  first: RunningProcess,
  cli: RedisServer['cli'],
  remove: () => void,
): RedisServer {
  let server = first;
  const secret = options.password ? `:${encodeURIComponent(options.password)}@` : '';
  return {
    url: `${certificate ? 'rediss' : 'redis'}://${secret}127.0.0.1:${port}`,
    port,
    caFile: certificate?.caFile,
    get pid() {
      return server.pid;
    },
    cli,
    async kill() {
      await server.stop('SIGKILL');
    },
    pause: () => server.kill('SIGSTOP'),
    resume: () => server.kill('SIGCONT'),
    async restartEmpty() {
      await server.stop('SIGKILL');
      server = start();
      await waitForAnswer(server, cli);
    },
    async stop() {
      await server.stop('SIGKILL');
      remove();
    },
    log: () => server.log(),
  };
}

function serverArguments(path: string, port: number, options: RedisOptions, certificate?: Certificate): string[] {
  const listen = certificate
    ? ['--port', '0', '--tls-port', `${port}`, '--tls-cert-file', certificate.certFile]
        .concat(['--tls-key-file', certificate.keyFile, '--tls-ca-cert-file', certificate.caFile])
        .concat(['--tls-auth-clients', 'no'])
    : ['--port', `${port}`];
  const secret = options.password ? ['--requirepass', options.password, '--masterauth', options.password] : [];
  const plain = ['--bind', '127.0.0.1', '--dir', path, '--save', '', '--appendonly', 'no', '--daemonize', 'no'];
  return [...plain, ...listen, ...secret, ...(options.args ?? [])];
}

function cliArguments(port: number, _options: RedisOptions, certificate?: Certificate): string[] {
  return ['-h', '127.0.0.1', '-p', `${port}`, ...(certificate ? ['--tls', '--cacert', certificate.caFile] : [])];
}

async function waitForAnswer(server: RunningProcess, cli: RedisServer['cli']): Promise<void> {
  await until(
    async () => {
      if (!server.running) {
        throw new Error(`Redis ended at once:\n${server.log()}`);
      }
      return (await cli('ping').catch(() => '')) === 'PONG';
    },
    10_000,
    () => `Redis does not answer:\n${server.log()}`,
  );
}

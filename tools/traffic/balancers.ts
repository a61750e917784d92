import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, request, temporaryDirectory, until } from '../cluster';
import { launch } from '../cluster/processes';
import { exampleFor, type Places, type Program } from './examples';

export interface RealBalancer {
  readonly url: string;
  log(): string;
  stop(): Promise<void>;
}

interface Prepared {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly user: { uid: number; gid: number } | undefined;
  remove(): void;
}

const run = promisify(execFile);

/** Where the answer of a node with or without the plugin is 200. */
const HEALTH = '/api/__health_check';

/** Throws with the program's own words when it does not accept its example. */
export async function checkExample(program: Program): Promise<void> {
  const prepared = prepare(program, { port: await freePort(), nodes: [await freePort(), 1, 2] });
  try {
    await accepts(program, prepared);
  } finally {
    prepared.remove();
  }
}

/** Starts it with the example's configuration, as an ordinary user, in a folder of its own; waits until it answers. */
export async function startRealBalancer(program: Program, places: Omit<Places, 'port'>): Promise<RealBalancer> {
  const port = await freePort();
  const prepared = prepare(program, { ...places, port });
  await accepts(program, prepared);
  const process = launch({
    label: program,
    command: prepared.command,
    args: [...prepared.args],
    cwd: prepared.folder,
    env: { LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    logFile: join(prepared.folder, `${program}.log`),
    user: prepared.user,
  });
  const balancer: RealBalancer = {
    url: `http://127.0.0.1:${port}`,
    log: () => `${process.log()}${requestsIn(prepared.folder)}`,
    async stop() {
      await process.stop('SIGKILL');
      prepared.remove();
    },
  };
  await until(
    () =>
      request(balancer.url, HEALTH).then(
        ({ status }) => status === 200,
        () => false,
      ),
    20_000,
    () => `${program} does not answer:\n${balancer.log()}`,
  );
  return balancer;
}

/** nginx writes them into a file of their own; HAProxy's are in its output. */
function requestsIn(folder: string): string {
  const file = join(folder, 'requests.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function accepts(program: Program, { command, args, folder, user }: Prepared): Promise<void> {
  // HAProxy only warns of much that would not work, and so does nginx.
  const check = program === 'nginx' ? ['-t'] : ['-c', '-dW'];
  const { stderr } = await run(command, [...args, ...check], { cwd: folder, ...user }).catch((error: unknown) => {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(`${program} does not accept its example:\n${words}`);
  });
  if (stderr.includes('[warn]')) throw new Error(`${program} warns of its example:\n${stderr}`);
}

function prepare(program: Program, places: Places): Prepared {
  const command = commandOf(program);
  const { path, remove } = temporaryDirectory(program);
  const files = {
    'main.conf': program === 'nginx' ? aroundNginx() : aroundHaproxy(),
    example: exampleFor(program, places),
  };
  const user = ordinaryUser();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  if (user) for (const name of ['', ...Object.keys(files)]) chownSync(join(path, name), user.uid, user.gid);
  const [main, example] = Object.keys(files).map((name) => join(path, name)) as [string, string];
  const args = program === 'nginx' ? ['-p', path, '-c', main, '-e', 'stderr'] : ['-db', '-f', main, '-f', example];
  return { command, args, folder: path, user, remove };
}

/** What the system's own nginx.conf has around a site: here without a place that only root may write to. */
function aroundNginx(): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path tmp-${name};`,
  );
  return `daemon off;
pid nginx.pid;
error_log stderr notice;
events { worker_connections 4096; }
http {
  log_format attempts '$time_iso8601 $request $status $request_time s: $upstream_addr $upstream_status';
  access_log requests.log attempts;
  ${temporary.join('\n  ')}
  include example;
}
`;
}

function aroundHaproxy(): string {
  return 'global\n    log stdout format raw local0 info\n    maxconn 4096\n';
}

function commandOf(program: Program): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const command = folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (!command)
    throw new Error(`${program} is not installed: \`npm run test:traffic\` does it, or apt-get install ${program}.`);
  return command;
}

/** Neither of them needs root. */
function ordinaryUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

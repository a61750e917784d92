import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What a server does that drains: it takes its time, and says that it got to its end. */
const SERVER = `
  const { writeFileSync, existsSync } = require('node:fs');
  const file = process.argv[2];
  const alive = setInterval(() => {}, 1000);
  process.once('SIGTERM', () => {
    writeFileSync(file + '.drains', '');
    const look = setInterval(() => {
      if (!existsSync(file + '.drained')) return;
      writeFileSync(file + '.ended', '');
      clearInterval(look);
      clearInterval(alive);
      process.exitCode = Number(process.argv[3]);
    }, 10);
  });
  writeFileSync(file + '.begun', '');`;

let folder: string;
let first: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'container-'));
  await mkdir(join(folder, 'node_modules/@nocobase/app/lib'), { recursive: true });
  await writeFile(join(folder, 'node_modules/@nocobase/app/lib/index.js'), SERVER);
});
afterEach(async () => {
  first?.kill('SIGKILL');
  // A server that outlived its container would wait for ever.
  await writeFile(file('drained'), '');
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string) => join(folder, `server.${name}`);
const happened = (name: string) => expect.poll(() => existsSync(file(name)), { timeout: 10_000 }).toBe(true);

/** As in the official image: a shell that runs a wrapper that runs the server through another shell. */
async function entrypoint(code = 0, before = ''): Promise<string> {
  const server = join(folder, 'node_modules/@nocobase/app/lib/index.js');
  const text = `#!/bin/sh\nset -e\n${before}\nsh -c 'node ${server} ${join(folder, 'server')} ${code}; exit $?'\n`;
  await writeFile(join(folder, 'entrypoint.sh'), text);
  await chmod(join(folder, 'entrypoint.sh'), 0o755);
  return join(folder, 'entrypoint.sh');
}

function run(script: string): Promise<number | null> {
  const child = (first = spawn('sh', ['deploy/container/run-node.sh', script], { stdio: 'ignore' }));
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('the first process of a container', () => {
  it('tells the server to end, and waits until it has', async () => {
    const ending = run(await entrypoint());
    await happened('begun');
    first?.kill('SIGTERM');
    await happened('drains');
    // Nobody may be told twice: the second time ends a server at once.
    first?.kill('SIGTERM');
    expect(first?.exitCode).toBeNull();
    await writeFile(file('drained'), '');
    expect(await ending).toBe(0);
    expect(existsSync(file('ended'))).toBe(true);
  });

  it('ends with the code of the server, so that a supervisor starts it again', async () => {
    const ending = run(await entrypoint(3));
    await happened('begun');
    first?.kill('SIGTERM');
    await writeFile(file('drained'), '');
    expect(await ending).toBe(3);
  });

  it('ends also while there is no server yet', async () => {
    const ending = run(await entrypoint(0, `touch ${file('waits')}; exec sleep 600`));
    await happened('waits');
    first?.kill('SIGTERM');
    expect(await ending).toBe(143);
    expect(existsSync(file('begun'))).toBe(false);
  });

  it('leaves the servers of others alone', async () => {
    const program = join(folder, 'node_modules/@nocobase/app/lib/index.js');
    const other = spawn(process.execPath, [program, join(folder, 'other'), '0'], { stdio: 'ignore' });
    await expect.poll(() => existsSync(join(folder, 'other.begun')), { timeout: 10_000 }).toBe(true);
    const ending = run(await entrypoint());
    await happened('begun');
    first?.kill('SIGTERM');
    await happened('drains');
    await writeFile(file('drained'), '');
    expect(await ending).toBe(0);
    expect(existsSync(join(folder, 'other.drains'))).toBe(false);
    other.kill('SIGKILL');
  });
});

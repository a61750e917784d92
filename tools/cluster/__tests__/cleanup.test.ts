import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRunning } from '../cleanup';
import { until } from '../processes';

interface Started {
  pids: number[];
  folder: string;
}

const FIXTURE = join(__dirname, 'fixtures', 'runner.ts');

describe('nothing outlives a run', () => {
  it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('that gets %s', async (signal) => {
    const runner = run('wait');
    const started = await announcement(runner);
    expect(started.pids.every((pid) => isRunning(pid))).toBe(true);
    expect(existsSync(started.folder)).toBe(true);
    expect(processesIn(started.folder)).toHaveLength(1);

    runner.kill(signal);
    await expectNothingLeft(started);
  });

  it.each(['exception', 'exit', 'exit at once'])('that ends with: %s', async (ending) => {
    const runner = run(ending);
    await expectNothingLeft(await announcement(runner));
  });
});

function run(ending: string): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', FIXTURE, ending], { stdio: ['ignore', 'pipe', 'ignore'] });
}

function announcement(runner: ChildProcess): Promise<Started> {
  return new Promise((resolve, reject) => {
    let text = '';
    runner.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) {
        resolve(JSON.parse(text.slice(0, text.indexOf('\n'))) as Started);
      }
    });
    runner.once('exit', () => reject(new Error(`The runner ended before it had started anything: ${text}`)));
  });
}

async function expectNothingLeft({ pids, folder }: Started): Promise<void> {
  const left = () => [...pids.filter((pid) => isRunning(pid)), ...processesIn(folder)];
  await until(
    () => left().length === 0 && !existsSync(folder),
    10_000,
    () => `Left behind: processes ${left().join(', ') || 'none'}, folder ${existsSync(folder) ? folder : 'gone'}`,
  );
}

/** Processes whose working directory is `folder`, also when they belong to no group of ours any more. */
function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'latin1').includes(`PWD=${folder}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

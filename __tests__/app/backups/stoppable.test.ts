import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stoppable } from '../../../src/server/app/backups/stoppable';
import { systemClock, type Clock } from '../../../src/server/core/clock';

/** Programs that would outlive every test. */
const LONG = ['-c', 'while :; do sleep 0.05; done'];
const STUBBORN = ['-c', `trap '' TERM; echo ready; ${LONG[1]}`];

/** Patience is over at once. */
const impatient: Clock = { ...systemClock, sleep: async () => {} };

async function ended(program: ChildProcess): Promise<unknown> {
  const [code, signal] = (await once(program, 'exit')) as [number | null, string | null];
  return signal ?? code;
}

describe('programs that the host starts', () => {
  it('end with the signal, wherever in the work they were started', async () => {
    const stop = new AbortController();
    const programs: ChildProcess[] = [];
    const work = stoppable(stop.signal, systemClock, async () => {
      await promisify(setTimeout)(1);
      programs.push(spawn('sh', LONG));
      await promisify(setTimeout)(1);
      programs.push(spawn('sh', LONG));
      return Promise.all(programs.map(ended));
    });
    await expect.poll(() => programs.length).toBe(2);
    stop.abort();
    expect(await work).toEqual(['SIGTERM', 'SIGTERM']);
  });

  it('are ended by force when they do not listen', async () => {
    const stop = new AbortController();
    const work = stoppable(stop.signal, impatient, async () => {
      const program = spawn('sh', STUBBORN);
      await once(program.stdout, 'data');
      stop.abort();
      return ended(program);
    });
    expect(await work).toBe('SIGKILL');
  });

  it('end at once when they are started after the signal', async () => {
    const work = stoppable(AbortSignal.abort(), systemClock, () => promisify(execFile)('sh', LONG));
    await expect(work).rejects.toMatchObject({ signal: 'SIGTERM' });
  });

  it('of other work go on', async () => {
    const stop = new AbortController();
    const program = spawn('sh', LONG);
    await stoppable(stop.signal, systemClock, async () => {});
    stop.abort();
    expect(program.exitCode ?? program.signalCode).toBeNull();
    program.kill('SIGKILL');
    expect(await ended(program)).toBe('SIGKILL');
  });
});

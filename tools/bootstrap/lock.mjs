// Two commands started at the same time (a test run and the demo) must not install the same thing twice.
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './steps.mjs';

export async function withLock(file, work) {
  let told = false;
  while (!tryLock(file)) {
    if (!told && holderOf(file) !== undefined) {
      say(`waiting for another command that prepares things (process ${holderOf(file)}) …`);
      told = true;
    }
    await pause(500);
  }
  const release = () => holderOf(file) === process.pid && rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    release();
  }
}

function tryLock(file) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${process.pid}`);
  try {
    linkSync(draft, file);
    return true;
  } catch {
    const holder = holderOf(file);
    if (holder !== undefined && !isRunning(holder)) {
      rmSync(file, { force: true });
    }
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

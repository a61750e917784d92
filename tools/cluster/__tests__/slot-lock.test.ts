import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryDirectory } from '..';
import { lockSlot } from '../slot-lock';

const folder = temporaryDirectory('lock');
afterAll(() => folder.remove());

it('is held by one at a time, and free again after its release', () => {
  const file = join(folder.path, 'one.lock');
  const release = lockSlot(file);
  expect(release).toBeDefined();
  expect(lockSlot(file)).toBeUndefined();
  release?.();
  const again = lockSlot(file);
  expect(again).toBeDefined();
  again?.();
  expect(existsSync(file)).toBe(false);
});

it('is taken over from an owner that is gone, together with its reaper', () => {
  const file = join(folder.path, 'stale.lock');
  const gone = spawnSync('true').pid;
  writeFileSync(file, JSON.stringify({ pid: gone, startedAt: '1', reaper: gone, marker: 'none' }));
  const release = lockSlot(file);
  expect(release).toBeDefined();
  release?.();
});

it('is not taken over while the reaper of its owner still clears the slot', () => {
  const file = join(folder.path, 'clearing.lock');
  const gone = spawnSync('true').pid;
  writeFileSync(file, JSON.stringify({ pid: gone, startedAt: '1', reaper: process.pid, marker: 'none' }));
  expect(lockSlot(file)).toBeUndefined();
});

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '@nocobase/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { BackupRecords } from '../../src/server/app/backups/backup-records';
import { BackupRuns } from '../../src/server/app/backups/backup-runs';
import { HostBackups } from '../../src/server/app/backups/backups';
import { ownCommand } from '../../src/server/app/command-scope';
import type { Log } from '../../src/server/ports';
import { World, type SimulatedNode } from '../maintenance/world';

const APP = { name: 'main' } as Application;
const log: Log = { info: () => {}, warn: () => {}, error: () => {} };

let world: World;
let node: SimulatedNode;
let storage: string;
let backups: HostBackups;
let epoch: number;

beforeEach(async () => {
  world = new World();
  [node] = (await world.serving('one')) as [SimulatedNode];
  epoch = 0;
  storage = mkdtempSync(join(tmpdir(), 'cm-leftovers-'));
  vi.stubEnv('STORAGE_PATH', storage);
  const records = new BackupRecords(node.coordination, node.ledger);
  const { coordination, coordinator, agent } = node;
  const { clock } = world;
  const gate = { underWay: { exclude: () => {} } };
  const runs = new BackupRuns({ coordination, coordinator, agent, records, gate, clock, log, tidy: async () => {} });
  backups = new HostBackups(APP, runs, records, log);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  rmSync(storage, { recursive: true });
  await world.close();
});

const kept = () => join(storage, 'backups', 'main');
const work = () => join(storage, 'tmp', 'backups', 'main');

/** As the host leaves it in the middle of its work. */
function cutOff(name: string): void {
  mkdirSync(kept(), { recursive: true });
  mkdirSync(join(work(), name), { recursive: true });
  writeFileSync(join(kept(), `${name}.nbdata`), 'half');
  writeFileSync(join(work(), `${name}.nbdata.lock`), 'lock');
}

async function remember(change: Partial<OperationRecord>): Promise<void> {
  const operation = await node.begin('backup');
  const over = { ...operation.record, phase: 'idle', endedAt: 1, ...change } as const;
  epoch += 1;
  await operation.abort('over');
  await node.ledger.write({ ...over, id: `${over.id}-${epoch}`, epoch: over.epoch + 1_000 + epoch });
}

const left = (name: string) => ({
  file: existsSync(join(kept(), `${name}.nbdata`)),
  lock: existsSync(join(work(), `${name}.nbdata.lock`)),
});

describe('what a backup leaves behind', () => {
  it.each(['aborted', 'failed'] as const)('goes away when its operation has %s', async (result) => {
    cutOff('a');
    await remember({ subject: 'a.nbdata', result });
    await backups.tidy();
    expect(left('a')).toEqual({ file: false, lock: false });
    expect(readdirSync(work())).toEqual([]);
  });

  it('stays when it was made: the host takes its lock away a moment later', async () => {
    cutOff('a');
    await remember({ subject: 'a.nbdata', result: 'done' });
    await backups.tidy();
    expect(left('a')).toEqual({ file: true, lock: true });
  });

  it('stays where no operation knows of it, unless only an operation can have begun it', async () => {
    cutOff('a');
    cutOff('before-upgrade_1');
    cutOff('before-upgrade_2');
    await remember({
      kind: 'upgrade',
      subject: 'NocoBase',
      result: 'done',
      backup: { file: 'before-upgrade_2.nbdata', takenAt: 1 },
    });
    await backups.tidy();
    expect([left('a'), left('before-upgrade_1'), left('before-upgrade_2')]).toEqual([
      { file: true, lock: true },
      { file: false, lock: false },
      { file: true, lock: true },
    ]);
  });

  it('stays while an operation runs that may be taking it', async () => {
    cutOff('before-upgrade_1');
    const operation = await node.begin('upgrade');
    await backups.tidy();
    expect(left('before-upgrade_1')).toEqual({ file: true, lock: true });
    await operation.abort('over');
  });
});

describe('the clean-up of old backups', () => {
  const destroyed = async (file: string, clean: boolean) => {
    let gone = false;
    const run = async () => void (gone = true);
    await (clean ? ownCommand(() => backups.destroy(file, run)) : backups.destroy(file, run));
    return gone;
  };

  it('leaves what an operation points to; a person may remove it', async () => {
    await remember({ kind: 'upgrade', result: 'failed', backup: { file: 'b.nbdata', takenAt: 1 } });
    expect(await destroyed('a.nbdata', true)).toBe(true);
    expect(await destroyed('b.nbdata', true)).toBe(false);
    expect(await destroyed('b.nbdata', false)).toBe(true);
  });
});

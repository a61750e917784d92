import type { ActionContext } from '@nocobase/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BackupRecords } from '../../src/server/app/backups/backup-records';
import { BackupRuns } from '../../src/server/app/backups/backup-runs';
import { interceptBackups, type BackupManager, type managerClasses } from '../../src/server/app/backups/host-backups';
import { withinRequest } from '../../src/server/app/request-scope';
import type { Log } from '../../src/server/ports';
import { World, type SimulatedNode } from '../maintenance/world';

let world: World;
let nodes: SimulatedNode[];
/** Backups that were made, and by whom. */
let made: string[];
let errors: string[];

beforeEach(async () => {
  world = new World();
  made = [];
  errors = [];
  nodes = await world.serving('one', 'two', 'three');
});
afterEach(() => world.close());

/** Requests that are not waited for, because they wait for the backup. */
const excluded: unknown[] = [];
const gate = { underWay: { exclude: (req: unknown) => void excluded.push(req) } };
const log: Log = { info: () => {}, warn: () => {}, error: (message) => void errors.push(message) };

function runsOf({ coordination, coordinator, agent, ledger }: SimulatedNode): BackupRuns {
  const records = new BackupRecords(coordination, ledger);
  const { clock } = world;
  return new BackupRuns({ coordination, coordinator, agent, records, gate, clock, log, tidy: async () => {} });
}

function recordsOf({ coordination, ledger }: SimulatedNode): BackupRecords {
  return new BackupRecords(coordination, ledger);
}

/** Runs promises while time passes. */
async function during<T>(promises: readonly Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  let settled: PromiseSettledResult<T>[] | undefined;
  void Promise.allSettled(promises).then((results) => (settled = results));
  await world.until(() => settled !== undefined, 'all of it ends', 7_200_000);
  return settled ?? [];
}

/** What the host's timer calls: it makes a backup, and that is intercepted. */
const task = (node: SimulatedNode) => async () => {
  const name = node.agent.self.name;
  await runsOf(node).run(`${name}.nbdata`, async () => {
    await world.clock.sleep(500);
    made.push(name);
    return name;
  });
};

describe('a backup that nobody has asked for over HTTP', () => {
  it('is an operation to its real end, and its record tells every node how it went', async () => {
    const [one, two] = nodes as [SimulatedNode, SimulatedNode];
    const seen: (boolean | undefined)[] = [];
    const run = async () => {
      seen.push((await recordsOf(two).status('f.nbdata'))?.inProgress);
      return '/backups/f.nbdata';
    };
    const [outcome] = await during([runsOf(one).run('f.nbdata', run)]);
    expect(outcome).toEqual({ status: 'fulfilled', value: '/backups/f.nbdata' });
    expect(seen).toEqual([true]);
    expect(world.record).toMatchObject({ kind: 'backup', scope: 'writes', subject: 'f.nbdata', result: 'done' });
    expect(await recordsOf(two).status('f.nbdata')).toEqual({ inProgress: false });
    expect(await recordsOf(two).status('another.nbdata')).toBeUndefined();
  });

  it('does not wait for the request in whose middle it is asked for, which waits for it', async () => {
    const [one] = nodes as [SimulatedNode];
    const req = { url: '/api/posts:create' };
    const ctx = { req } as unknown as ActionContext;
    const [outcome] = await during([withinRequest(ctx, () => runsOf(one).run('f.nbdata', async () => 'f'))]);
    expect(outcome).toMatchObject({ status: 'fulfilled' });
    expect(excluded).toEqual([req]);
  });

  it('that fails is told as failed, with its reason, to whoever waits for it and to every node', async () => {
    const [one, two] = nodes as [SimulatedNode, SimulatedNode];
    const [outcome] = await during([runsOf(one).run('f.nbdata', () => Promise.reject(new Error('The disk is full.')))]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'The disk is full.' } });
    expect(world.record).toMatchObject({ result: 'failed', reason: 'The disk is full.' });
    expect(await recordsOf(two).status('f.nbdata')).toEqual({ inProgress: false, message: 'The disk is full.' });
  });

  it('is refused while another one runs', async () => {
    const [one, two] = nodes as [SimulatedNode, SimulatedNode];
    const both = [one, two].map((node) => task(node)());
    const refused = (await during(both)).filter(({ status }) => status === 'rejected');
    expect(made).toHaveLength(1);
    expect(refused).toMatchObject([{ reason: { statusCode: 409 } }]);
  });

  it('ends nothing when nothing comes of it but an error', async () => {
    const [one] = nodes as [SimulatedNode];
    const runs = runsOf(one);
    const begun = await runs.begin('somebody');
    if (begun.outcome !== 'leading') throw new Error('busy');
    const nothing = () => Promise.reject(new Error('Command pg_dump not found.'));
    await during([runs.within(begun.operation, nothing)]);
    expect(world.record).toMatchObject({ result: 'aborted', reason: 'Command pg_dump not found.' });
  });
});

describe('a backup by schedule', () => {
  it.each([0, 40, 3_000])(
    'whose timers fire on all nodes, %d ms after each other, is made by one of them',
    async (gap) => {
      await world.pass(120_000 - (world.clock.wall() % 60_000));
      const due = world.clock.wall();
      const all = nodes.map(async (node, index) => {
        await world.clock.sleep(index * gap);
        await runsOf(node).scheduled(due + index, task(node));
      });
      await during(all);
      expect(made).toHaveLength(1);
      await world.pass(60_000);
      await during(nodes.map((node) => runsOf(node).scheduled(world.clock.wall(), task(node))));
      expect(made).toHaveLength(2);
      expect(errors).toEqual([]);
    },
  );

  it('waits for the end of another operation, and is then made once', async () => {
    const [one] = nodes as [SimulatedNode];
    const operation = await one.begin();
    const all = during(nodes.map((node) => runsOf(node).scheduled(world.clock.wall(), task(node))));
    await world.pass(5_000);
    expect(made).toEqual([]);
    await during([operation.abort('enough')]);
    await all;
    expect(made).toHaveLength(1);
  });
});

describe('the manager of the host', () => {
  it('is intercepted once, and only for apps that this process is a node of', async () => {
    class Manager {
      constructor(readonly app: { name: string }) {}
      createBackupName = async () => 'name';
      list = async () => [];
      async backup(name: string) {
        return `made ${name}`;
      }
      async destroy(_name: string) {}
    }
    const seen: string[] = [];
    const hooks = {
      backup: (file: string, run: () => Promise<string>) => (seen.push(`backup ${file}`), run()),
      destroy: (file: string, run: () => Promise<void>) => (seen.push(`destroy ${file}`), run()),
    };
    const classes = [Manager as unknown as ReturnType<typeof managerClasses>[number]];
    const hooksOf = (name: string) => (name === 'main' ? hooks : undefined);
    interceptBackups(hooksOf, classes);
    interceptBackups(hooksOf, classes);
    const [main, sub] = ['main', 'sub'].map((name) => new Manager({ name }) as BackupManager);
    expect(await main?.backup('a')).toBe('made a');
    await main?.destroy('a.nbdata');
    expect(await sub?.backup('b')).toBe('made b');
    expect(seen).toEqual(['backup a.nbdata', 'destroy a.nbdata']);
  });
});

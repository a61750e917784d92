import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Options } from '../../../src/server/app/cli/outcome';
import { run } from '../../../src/server/app/cli/run';
import { CommandPolicy } from '../../../src/server/app/policy/command-policy';
import type { Policy } from '../../../src/server/app/policy/policy';
import { World, type SimulatedNode } from '../../maintenance/world';
import { policyIn, store } from '../policy/requests';

let world: World;
let one: SimulatedNode;
let two: SimulatedNode;
let folder: string;
let ticking: NodeJS.Timeout;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-run-'));
  world = new World();
  policy = policyIn();
  [one, two] = (await world.serving('one', 'two')) as [SimulatedNode, SimulatedNode];
  // The command is a real process, so time is real here.
  ticking = setInterval(() => world.clock.pass(10), 10);
});
afterEach(async () => {
  clearInterval(ticking);
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

/** A program of Node.js; `file` is a place of its own. */
const program = (code: string) => [
  process.execPath,
  '-e',
  code.replaceAll('file', JSON.stringify(join(folder, 'file'))),
];
const file = (name = '') => join(folder, `file${name}`);

/** It says that it has begun, and ends when it is told to. */
const PATIENT = `
  const fs = require('node:fs');
  fs.writeFileSync(file + '.begun', '');
  const look = setInterval(() => { if (fs.existsSync(file + '.go')) { clearInterval(look); } }, 10);`;

let policy: Policy;

function ask(words: readonly string[], options: Options = { reason: 'Move the disks' }) {
  const { agent, coordinator, coordination } = one;
  const commandPolicy = new CommandPolicy(policy, 'command');
  return run({ agent, coordinator, coordination, commandPolicy, clock: world.clock }, words, options, 'root (CLI)');
}

const begun = () => expect.poll(() => existsSync(file('.begun')), { timeout: 10_000 }).toBe(true);
const served = () => expect.poll(() => [one, two].every(({ app }) => app.open), { timeout: 10_000 }).toBe(true);

describe('a command under the maintenance of the cluster', () => {
  it('runs while every node stands still, and all load anew before its end is told', async () => {
    const ending = ask(program(PATIENT));
    await begun();
    expect([one.agent.current, two.agent.current]).toEqual(['working', 'drained']);
    expect(world.record).toMatchObject({ kind: 'work', subject: 'Move the disks', requestedBy: 'root (CLI)' });
    await writeFile(file('.go'), '');
    expect(await ending).toEqual({
      code: 0,
      text: 'Every node serves again.',
      json: { ok: true, code: 0, result: 'done' },
    });
    expect(world.record).toMatchObject({ phase: 'idle', result: 'done' });
    expect(two.app.reloads).toBe(1);
    await served();
  });

  it('stops only what writes when it is told so, and nobody loads anew', async () => {
    const ending = ask(program(PATIENT), { reason: 'Copy the files', scope: 'writes' });
    await begun();
    expect([two.app.open, two.app.writesOpen]).toEqual([true, false]);
    await writeFile(file('.go'), '');
    expect(await ending).toMatchObject({ code: 0 });
    expect(two.app.reloads).toBe(0);
  });

  it.each([
    ['its own code', () => program('process.exit(7)'), 7],
    ['127 when there is no such command', () => [join(folder, 'nothing')], 127],
    ['126 when it cannot be run', () => [folder], 126],
    ['128 and its signal when that ended it', () => program(`process.kill(process.pid, 'SIGTERM')`), 143],
  ])('ends with %s, and the operation has failed', async (_, words, code) => {
    expect(await ask(words())).toMatchObject({ code, json: { ok: false, code, result: 'failed' } });
    expect(world.record).toMatchObject({ result: 'failed', reason: `The command ended with code ${code}.` });
    await served();
  });

  it('gets its words as they were given', async () => {
    const words = ['a b', '$HOME', `it's`, '"', ''];
    const code = `process.exit(JSON.stringify(process.argv.slice(1)) === ${JSON.stringify(JSON.stringify(words))} ? 0 : 9)`;
    expect(await ask([...program(code), ...words])).toMatchObject({ code: 0 });
  });

  it('is not begun while somebody else works', async () => {
    const operation = await one.begin();
    const ending = await ask(program(PATIENT));
    expect(ending).toMatchObject({ code: 125, text: expect.stringContaining('one, which runs pm.enable') as string });
    expect(existsSync(file('.begun'))).toBe(false);
    await operation.abort('enough');
  });

  it('is not begun when a node does not drain', async () => {
    two.app.requests = 1;
    // Thirty seconds of the nodes.
    const faster = setInterval(() => world.clock.pass(300), 10);
    const ending = await ask(program(PATIENT));
    clearInterval(faster);
    expect(ending).toMatchObject({ code: 125, text: expect.stringContaining('Nothing was changed') as string });
    expect(existsSync(file('.begun'))).toBe(false);
    two.app.requests = 0;
  });

  it('is ended when others may change the database, and says that it was not alone', async () => {
    const ending = ask(program(PATIENT));
    await begun();
    await world.outsider.breakHold();
    expect(await ending).toMatchObject({
      code: 4,
      text: expect.stringContaining('was not alone to its end') as string,
    });
  });

  it.each<[string, readonly string[], Options]>([
    ['no command', [], { reason: 'x' }],
    ['no reason', ['true'], {}],
    ['a scope that there is not', ['true'], { reason: 'x', scope: 'reads' }],
  ])('is refused with %s', async (_, words, options) => {
    expect(await ask(words, options)).toMatchObject({ code: 125, json: { ok: false } });
    expect(world.record).toBeUndefined();
  });

  it('is not begun when whoever asked is asked to end first', async () => {
    two.app.requests = 1;
    const ending = ask(program(PATIENT));
    await expect.poll(() => two.agent.current, { timeout: 10_000 }).toBe('draining');
    process.emit('SIGTERM');
    expect(await ending).toMatchObject({ code: 125, text: expect.stringContaining('did not begin') as string });
    two.app.requests = 0;
    await served();
  });
});

describe('a command that the policy is asked about', () => {
  const attempts = () => policy.kept.audit.list({ limit: 10 });

  it('is remembered with its words, its reason and its end', async () => {
    expect(await ask(program('process.exit(7)'))).toMatchObject({ code: 7 });
    expect(await attempts()).toMatchObject([
      {
        ...{ action: 'maintenance.run', by: 'command', subject: process.execPath, decision: 'allow', demand: 'reason' },
        ...{ reason: 'Move the disks', result: 'ended with code 7' },
      },
    ]);
    expect((await attempts())[0]?.parameters).toContain('process.exit(7)');
  });

  it.each<[string, Options]>([
    ['alone', { reason: 'x' }],
    ['quietly', { reason: 'x', scope: 'writes' }],
  ])('is not begun where that is denied, also %s', async (_, options) => {
    await store(policy, { rules: [{ action: 'maintenance.run', demand: 'deny' }] });
    const ending = await ask(program(PATIENT), options);
    expect(ending).toMatchObject({
      code: 125,
      text: expect.stringContaining('The policy denies maintenance.run') as string,
    });
    expect(world.record).toBeUndefined();
    expect(await attempts()).toMatchObject([{ decision: 'deny', result: 'refused' }]);
  });

  it('is told how to ask once more with the name that is to be typed', async () => {
    await store(policy, { rules: [{ class: 'exclusive', demand: 'name' }] });
    const refused = await ask(['true', '-x'], { reason: 'Move the disks' });
    expect(refused.text).toContain(
      'Type: yarn nocobase maintenance run --reason Move the disks --maintenance-name true -- true -x',
    );
    expect(await ask(['true'], { reason: 'Move the disks', maintenanceName: 'true' })).toMatchObject({ code: 0 });
  });

  it('waits for a second admin, who approves exactly this', async () => {
    await store(policy, { rules: [{ class: 'exclusive', demand: 'approval' }] });
    const refused = await ask(['true']);
    const [request] = (await policy.kept.approvals.list({ name: 'Boris', identity: 'Boris' }, true)).requests;
    expect(refused.text).toContain(`--maintenance-approval ${request?.id} -- true`);
    await policy.kept.approvals.decide('approved', { id: request?.id ?? '' }, { name: 'Boris', identity: 'Boris' });
    const options = { reason: 'Move the disks', maintenanceApproval: request?.id ?? '' };
    expect(await ask(['true', 'or', 'false'], options)).toMatchObject({ code: 125 });
    expect(await ask(['true'], options)).toMatchObject({ code: 0 });
    expect(await ask(['true'], options)).toMatchObject({ code: 125 });
  });
});

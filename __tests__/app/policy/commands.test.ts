import type { Application } from '@nocobase/server';
import { afterEach, describe, expect, it } from 'vitest';
import { ownCommand } from '../../../src/server/app/command-scope';
import { withinDecision } from '../../../src/server/app/decision-scope';
import { CommandPolicy } from '../../../src/server/app/policy/command-policy';
import { COMMAND_VARIABLES } from '../../../src/server/app/policy/command-options';
import type { Approvals, Glass } from '../../../src/server/app/policy/contract';
import type { Policy } from '../../../src/server/app/policy/policy';
import { StartPolicy } from '../../../src/server/app/policy/start-policy';
import { MaintenanceError } from '../../../src/server/core/errors';
import { policyIn, store } from './requests';

/** A command that has been read: its words, and its options by name. */
function typed(args: readonly string[], options: Readonly<Record<string, unknown>> = {}): Application {
  return { _actionCommand: { args, opts: () => options } } as unknown as Application;
}

/** `ok`, or what the person at the shell reads. */
async function run(policy: Policy, name: string, app: Application, role: 'app' | 'command' = 'app'): Promise<string> {
  const event = { status: 'command_begin', command: { name } } as const;
  return new CommandPolicy(policy, role).begin(app, event).then(
    () => 'ok',
    (error: unknown) => {
      // Anything else would leave the app of the host in status `error`.
      expect(error).toBeInstanceOf(MaintenanceError);
      return (error as Error).message;
    },
  );
}

const because = (...reason: string[]) => ({ maintenanceReason: reason });

describe('a command of the host in production', () => {
  afterEach(() => {
    for (const name of Object.values(COMMAND_VARIABLES)) delete process.env[name];
  });

  it('is refused with the very words that are to be typed', async () => {
    const policy = policyIn();
    expect(await run(policy, 'pm.enable', typed(['charts', 'map']))).toBe(
      'pm.enable: A reason is needed. Type: yarn nocobase pm enable charts map --maintenance-reason WHY',
    );
    expect(await run(policy, 'pm.enable', typed(['charts', 'map'], because('we', 'need', 'it')))).toBe('ok');
  });

  it('that only looks is not asked about', async () => {
    const policy = policyIn();
    policy.store.read = () => Promise.reject(new Error('asked'));
    expect(await run(policy, 'pm.list', typed([]))).toBe('ok');
    expect(await run(policy, 'db:auth', typed([]))).toBe('ok');
  });

  it('takes the name that is typed once more', async () => {
    const policy = policyIn();
    const options = { ...because('gone'), maintenanceName: ['charts'] };
    expect(await run(policy, 'pm.remove', typed(['charts'], because('gone')))).toMatch(
      /--maintenance-reason gone --maintenance-name charts$/,
    );
    expect(await run(policy, 'pm.remove', typed(['charts'], options))).toBe('ok');
    expect(await run(policy, 'pm.remove', typed(['map'], options))).toMatch(/Another name was typed/);
    expect(await run(policy, 'db:clean', typed([], { ...because('x'), maintenanceName: ['db:clean'] }))).toBe('ok');
  });

  it('is believed what the environment says only in a process of its own', async () => {
    process.env[COMMAND_VARIABLES.reason] = 'of the shell';
    expect(await run(policyIn(), 'pm.enable', typed(['charts']), 'command')).toBe('ok');
    expect(await run(policyIn(), 'pm.enable', typed(['charts']), 'app')).toMatch(/reason is needed/);
  });

  it('is not asked about twice: of a request that was decided about, or of this plugin itself', async () => {
    const policy = policyIn();
    expect(await withinDecision(() => run(policy, 'pm.enable', typed(['charts'])))).toBe('ok');
    expect(await ownCommand(() => run(policy, 'pm.enable', typed(['charts'])))).toBe('ok');
  });

  it('files a request for another admin when a reason was given, and takes the approval once', async () => {
    const policy = policyIn();
    await store(policy, { rules: [{ group: 'plugins', demand: 'approval' }] });
    const hashes: string[] = [];
    let left = 1;
    const approvals: Approvals = {
      covers: (id, { hash }) => Promise.resolve(id === 'a1' && hash === hashes[0]),
      take: () => Promise.resolve((left -= 1) >= 0 ? { approvedBy: 'Bob' } : undefined),
    };
    const requestApproval = ({ hash }: { hash: string }) => Promise.resolve(hashes.push(hash) > 0 ? 'a1' : undefined);
    const asking = { ...policy, companions: { ...policy.companions, approvals, requestApproval } };
    const options = because('why', 'not');
    expect(await run(asking, 'pm.enable', typed(['charts'], options))).toMatch(
      /request a1 waits for another admin; when it is approved: yarn nocobase pm enable charts --maintenance-reason why not --maintenance-approval a1$/,
    );
    const approved = { ...options, maintenanceApproval: 'a1' };
    expect(await run(asking, 'pm.enable', typed(['map'], approved))).toMatch(/Another admin/);
    expect(await run(asking, 'pm.enable', typed(['charts'], { ...approved, force: true }))).toMatch(/Another admin/);
    expect(await run(asking, 'pm.enable', typed(['charts'], approved))).toBe('ok');
    expect(await run(asking, 'pm.enable', typed(['charts'], approved))).toMatch(/Another admin/);
  });

  it('is denied when the policy cannot be read, but not to who has set it aside', async () => {
    const policy = policyIn();
    await policy.store.write({ document: '{', revision: 1, writtenBy: '', writtenAt: 1 });
    expect(await run(policy, 'restart', typed([], because('x')))).toMatch(/cannot be evaluated, so it denies/);
    const glass: Glass = { brokenBy: () => Promise.resolve({ by: 'Ann', reason: 'fire' }) };
    const broken = { ...policy, companions: { ...policy.companions, glass } };
    expect(await run(broken, 'restart', typed([]))).toBe('ok');
  });
});

describe('a start that must change the database', () => {
  afterEach(() => {
    delete process.env[COMMAND_VARIABLES.reason];
  });

  it('may do so by default, and is told why when it may not', async () => {
    const policy = policyIn();
    const start = new StartPolicy(policy);
    expect(await start.refusal('install', 'NocoBase 2.2.15')).toBeUndefined();
    expect(await start.refusal('upgrade', 'NocoBase 2.2.15')).toBeUndefined();
    await store(policy, { rules: [{ action: 'upgrade', demand: 'deny' }] });
    expect(await start.refusal('upgrade', 'NocoBase 2.2.15')).toMatch(/The policy denies upgrade\./);
    await store(policy, { rules: [{ action: 'upgrade', demand: 'reason' }] });
    expect(await start.refusal('upgrade', 'NocoBase 2.2.15')).toMatch(/Start it with CLUSTER_MAINTENANCE_REASON set/);
    process.env[COMMAND_VARIABLES.reason] = 'new version';
    expect(await start.refusal('upgrade', 'NocoBase 2.2.15')).toBeUndefined();
  });

  it('is not stopped by what it waits for anyhow: an operation that ends, and a store that comes back', async () => {
    const policy = policyIn();
    const { coordination } = policy.judgeDeps;
    coordination.problem = () => 'Redis is out of reach.';
    const start = new StartPolicy(policy);
    expect(await start.refusal('upgrade', 'NocoBase 2.2.15')).toBeUndefined();
    await store(policy, { rules: [{ action: 'upgrade', demand: 'deny' }] });
    expect(await start.refusal('upgrade', 'NocoBase 2.2.15')).not.toMatch(/out of reach/);
  });

  it('stands in the audit once for each thing that it is told', async () => {
    const policy = policyIn();
    await store(policy, { rules: [{ action: 'upgrade', demand: 'deny' }] });
    const noted: (string | undefined)[] = [];
    const audit = {
      ...policy.companions.audit,
      note: ({ result }: { result?: string }) => Promise.resolve(String(noted.push(result))),
    };
    const start = new StartPolicy({ ...policy, companions: { ...policy.companions, audit } });
    for (let time = 0; time < 3; time += 1) await start.refusal('upgrade', 'NocoBase 2.2.15');
    await store(policy, {});
    await start.refusal('upgrade', 'NocoBase 2.2.15');
    expect(noted).toEqual(['waits', 'begun']);
  });
});

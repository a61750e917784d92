import type { ActionContext, Application } from '@nocobase/server';
import { ACL_SNIPPET } from '../../../src/shared/api';
import type { PolicyDocument } from '../../../src/shared/policy';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { systemClock, type Clock } from '../../../src/server/core/clock';
import { assemblePolicy, type Policy } from '../../../src/server/app/policy/policy';
import { readSettings } from '../../../src/server/core/settings';
import { createMemoryCoordination } from '../../../src/server/memory';
import { createProcessDatabase } from '../../../src/server/memory/database';
import { MemoryPolicy } from '../../../src/server/memory/policy';
import { createMemoryPolicyRecords } from '../../../src/server/memory/policy-records';

export interface Sent {
  readonly resource?: string;
  readonly action?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly user?: number;
  readonly source?: string;
}

/** As the host's router hands it on, of a user who has signed in. */
export function contextOf(sent: Sent): ActionContext {
  const { resource = 'pm', action = 'enable', params = { filterByTk: 'charts' }, headers = {}, user = 1 } = sent;
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const context = {
    req: { headers: Object.fromEntries(lower) as object },
    res: { getHeader: () => undefined },
    action: { resourceName: resource, actionName: action, params },
    state: { currentUser: { id: user, nickname: `User ${user}` }, currentRoles: ['admin'] },
    dataSource: { name: sent.source ?? 'main' },
    request: {},
    status: 404,
    body: undefined,
    set: () => undefined,
    throw: (status: number, error: object) => {
      throw Object.assign(new Error(JSON.stringify(error)), { status });
    },
  };
  return context as unknown as ActionContext;
}

/** A policy on stores of this process, of an app that has no tables but that of its users, who are all admins. */
export function policyIn(given?: MemoryPolicy, env: NodeJS.ProcessEnv = {}, clock: Clock = systemClock): Policy {
  const store = given ?? new MemoryPolicy(clock);
  const { settings } = readSettings({ env: { ...env }, bootId: 'b1', hostname: 'host', namespace: 'n' });
  const { ledger } = createProcessDatabase(clock);
  const role = { effectiveSnippets: () => ({ allowed: [ACL_SNIPPET], rejected: [] }) };
  const admin = { get: () => [{ get: () => 'admin' }] };
  const db = {
    hasCollection: (name: string) => name === 'users',
    getRepository: () => ({ findOne: () => Promise.resolve(admin) }),
  };
  const app = { db, acl: { getRole: () => role } } as unknown as Application;
  const nothing = () => Promise.resolve(undefined);
  return assemblePolicy(
    {
      app,
      settings,
      ledger,
      store,
      records: createMemoryPolicyRecords(clock),
      coordination: createMemoryCoordination(clock),
      agent: { report: () => ({ name: 'node a', fingerprint: 'f' }) } as never,
      forecast: { usualOf: nothing } as never,
      backups: { has: () => Promise.resolve(false) } as never,
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      mask: (text) => text,
    },
    { APP_ENV: 'production', APP_KEY: 'key', ...env },
  );
}

export async function store(policy: Policy, change: Partial<PolicyDocument>): Promise<void> {
  const document = JSON.stringify({ ...DEFAULT_POLICY, ...change });
  const revision = ((await policy.store.read())?.revision ?? 0) + 1;
  await policy.store.write({ document, revision, writtenBy: 'Ann', writtenAt: 1 });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Application } from '@nocobase/server';
import { describe, expect, it, vi } from 'vitest';
import { RequestGate } from '../../src/server/app/request-gate';
import { defineResource, type ResourceDeps } from '../../src/server/app/resource';
import { systemClock } from '../../src/server/core/clock';
import { ERROR_CODES, RESOURCE } from '../../src/shared/api';
import { POLICY_ERROR_CODES } from '../../src/shared/policy-api';
import { ACTION_RIGHTS, RIGHT_SNIPPETS } from '../../src/shared/rights';
import document from '../../src/swagger';

/** Only NocoBase has it, and nothing of it is called here. */
vi.mock('@nocobase/server', () => ({ PluginManager: class {}, AppSupervisor: class {} }));

/** What the plugin defines in an app, as the app is told. */
function definedActions(): string[] {
  const names: string[] = [];
  const app = {
    resourceManager: { define: ({ actions }: { actions: object }) => names.push(...Object.keys(actions)) },
    acl: { registerSnippet: () => {}, registerSnippets: () => {}, allow: () => {} },
  };
  const policy = { kept: {}, confirmations: {}, judgeDeps: { app: { acl: {} } } };
  defineResource(app as unknown as Application, { policy, settings: {} } as unknown as ResourceDeps);
  return names;
}

/** The actions that a gate answers by itself, of those that are told of. */
async function answeredByGate(actions: readonly string[]): Promise<string[]> {
  const gate = new RequestGate({
    apiBasePath: '/api/',
    filesPath: '/files/',
    limits: { holdLimit: 0, holdSeats: 0 },
    remaining: () => 0,
    clock: systemClock,
    probe: async () => ({ ready: true, body: { status: 'serving', node: 'n' } }),
    metrics: async (_req: IncomingMessage, res: ServerResponse) => void res.end('metrics'),
  });
  gate.appLoads = true;
  const server = createServer((req, res) => void gate.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const statuses = await Promise.all(
    actions.map(async (action) => (await fetch(`http://127.0.0.1:${port}/api/${RESOURCE}:${action}`)).status),
  );
  server.close();
  return actions.filter((_, index) => statuses[index] === 200);
}

const CODES: string[] = [...Object.values(ERROR_CODES), ...Object.values(POLICY_ERROR_CODES)];
const paths = Object.keys(document.paths);
const told = paths.map((path) => path.replace(`/${RESOURCE}:`, ''));
const whole = JSON.stringify(document);

describe('the API documentation', () => {
  it('has every action of the plugin, and no other', async () => {
    const open = await answeredByGate(told);
    expect(open.sort()).toEqual(['live', 'metrics', 'ready']);
    expect([...told].sort()).toEqual([...definedActions(), ...open].sort());
    expect(paths.every((path) => path.startsWith(`/${RESOURCE}:`))).toBe(true);
  });

  it('says of those that answer without sign-in, and of no other, that they do', () => {
    const open = Object.entries(document.paths).filter(([, { get }]) => get && 'security' in get);
    expect(open.map(([path]) => path.split(':')[1]).sort()).toEqual(['live', 'metrics', 'ready']);
  });

  it('has every error code, and no other', () => {
    const codes = new Set(whole.match(/\b(CLUSTER_MAINTENANCE|MAINTENANCE_[A-Z_]+)\b/g));
    expect([...codes].sort()).toEqual(CODES.sort());
  });

  it.each(Object.entries(ACTION_RIGHTS))('says which right %s needs', (action, right) => {
    const methods = Object.entries(document.paths).find(([path]) => path === `/${RESOURCE}:${action}`)?.[1];
    expect(JSON.stringify(methods)).toContain(`Needs \`${RIGHT_SNIPPETS[right]}\``);
  });

  it('explains every error code in words, and not only in the list of them', () => {
    const { components, ...rest } = document;
    const words = JSON.stringify(rest);
    for (const code of CODES) expect(words).toContain(`\`${code}\``);
    expect(Object.keys(components.schemas).every((name) => name.startsWith('ClusterMaintenance'))).toBe(true);
  });

  it('refers to schemas that are there, and has none that nothing refers to', () => {
    const refs = [...whole.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    // The body that any request may be answered with is told of in the introduction.
    const used = new Set([...refs, 'ClusterMaintenanceDrained']);
    expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort());
    expect(document.info.description).toContain('ClusterMaintenanceDrained');
  });

  it.each(Object.entries(document.paths))('%s says what it does and what it answers', (_, methods) => {
    const operations = Object.values(methods) as { summary: string; responses: object; requestBody?: unknown }[];
    expect(operations).toHaveLength(1);
    for (const { summary, responses } of operations) {
      expect(summary).not.toBe('');
      expect(Object.keys(responses)).toContain('200');
    }
  });
});

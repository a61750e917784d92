import { existsSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory, until, type Api, type Cluster } from '../../tools/cluster';
import { everywhere, own } from '../core/fixtures/actions';
import { enableEveryPlugin } from './every-plugin';
import { installedDatabase, servingCluster, tellStoryOnFailure } from './support';

interface Actions {
  readonly everywhere: readonly string[];
  readonly own: Readonly<Record<string, readonly string[]>>;
  readonly error?: string;
}

/** Only apps that measure themselves have it. */
const ON_DEMAND = ['perf'];

describe('the actions of an app with all plugins that NocoBase brings along', () => {
  const folder = temporaryDirectory('actions');
  const script = JSON.stringify(join(__dirname, 'actions.cjs'));
  const env = { NODE_OPTIONS: `--require ${script}`, ACTIONS_FOLDER: folder.path };
  let cluster: Cluster;
  let api: Api;
  let found: Actions;

  beforeAll(async () => {
    const database = await installedDatabase();
    ({ cluster, api } = await servingCluster({ database, nodes: 1, redis: 'none', env }));
    await enableEveryPlugin(api, cluster);
    found = await ask();
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    await cluster?.stopAll();
    folder.remove();
  });

  it('are all known', () => {
    expect(found.error).toBeUndefined();
    expect(found.everywhere).toEqual(Object.keys(everywhere).sort());
    expect(missingIn(own, found.own)).toEqual([]);
  });

  it('are all there that are known', () => {
    const known = Object.entries(own).filter(([resource]) => !ON_DEMAND.includes(resource));
    const names = Object.fromEntries(known.map(([resource, actions]) => [resource, Object.keys(actions)]));
    const there = Object.entries(found.own).map(([r, actions]) => [
      r,
      Object.fromEntries(actions.map((a) => [a, true])),
    ]);
    expect(missingIn(Object.fromEntries(there), names)).toEqual([]);
  });

  it.each([
    ['HEAD', 'roles:destroy?filterByTk=', undefined],
    ['OPTIONS', 'roles:destroy?filterByTk=', undefined],
    ['GET', 'roles/', { __params__: {}, __method__: 'DELETE' }],
  ] as const)('destroy with %s %s…, so that the method alone says nothing', async (method, path, body) => {
    const name = `role-${method.toLowerCase()}`;
    expect((await api.post('roles:create', { name, title: name })).status).toBe(200);
    expect(await send(method, `/api/${path}${name}`, body)).toBe(200);
    expect(await rows('SELECT name FROM roles WHERE name = $1', name)).toBe(0);
  });

  it('include a `get` that creates what it does not find', async () => {
    const sql = 'SELECT "roleName" FROM "dataSourcesRoles" WHERE "roleName" = $1';
    expect(await rows(sql, 'nobody')).toBe(0);
    expect((await api.get('dataSources/main/roles:get/nobody')).status).toBe(200);
    expect(await rows(sql, 'nobody')).toBe(1);
  });

  async function ask(): Promise<Actions> {
    const { pid, name } = cluster.node(0);
    const file = join(folder.path, `${pid}.json`);
    process.kill(pid, 'SIGUSR2');
    await until(
      () => existsSync(file),
      30_000,
      () => `${name} does not say which actions it has.`,
    );
    return JSON.parse(readFileSync(file, 'utf8')) as Actions;
  }

  /** Gives the status; `fetch` would refuse a body with GET. */
  function send(method: string, path: string, body?: object): Promise<number> {
    const headers = { authorization: `Bearer ${api.token}`, 'x-authenticator': 'basic' };
    const text = body ? JSON.stringify(body) : '';
    const content = body ? { 'content-type': 'application/json', 'content-length': text.length } : {};
    return new Promise((resolve, reject) => {
      const options = { method, headers: { ...headers, ...content } };
      const request = httpRequest(`${cluster.node(0).url}${path}`, options, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
      });
      request.once('error', reject);
      request.end(text);
    });
  }

  async function rows(sql: string, value: string): Promise<number> {
    return (await cluster.postgres.query(cluster.database, sql, [value])).length;
  }
});

type Names = Readonly<Record<string, readonly string[]>>;

function missingIn(known: Readonly<Record<string, Readonly<Record<string, unknown>>>>, names: Names): string[] {
  return Object.entries(names).flatMap(([resource, actions]) =>
    actions.filter((action) => known[resource]?.[action] === undefined).map((action) => `${resource}:${action}`),
  );
}

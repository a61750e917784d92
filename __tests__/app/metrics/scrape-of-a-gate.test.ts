import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeMetrics } from '../../../src/server/app/metrics/node-metrics';
import type { Sight } from '../../../src/server/app/metrics/sights';
import { RequestGate } from '../../../src/server/app/request-gate';
import { systemClock } from '../../../src/server/core/clock';
import { readSettings } from '../../../src/server/core/settings';
import { seriesOf } from './scrape';

let gate: RequestGate;
let server: Server;
let look: () => Promise<Sight>;

/** A process in which there is no app yet, with this environment. */
async function listen(env: Record<string, string> = {}): Promise<void> {
  const { settings } = readSettings({ env, bootId: 'b', hostname: 'web-1', namespace: 'n' });
  const metrics = new NodeMetrics({ app: 'main', settings, clock: systemClock });
  look = async () => ({
    ready: gate.isOpen,
    phase: 'starting',
    waiting: gate.waiting,
    inFlight: gate.underWay.count(),
  });
  gate = new RequestGate({
    apiBasePath: '/api/',
    filesPath: '/files/',
    limits: { holdLimit: 10_000, holdSeats: 1 },
    remaining: () => 0,
    clock: systemClock,
    busy: () => ({ errors: [] }),
    probe: () => Promise.resolve({ ready: gate.isOpen, body: { status: 'starting', node: 'web-1' } }),
    metrics: (req, res) => metrics.answer(req, res, () => look()),
    watch: metrics.gate,
  });
  server = createServer(
    (req, res) => void gate.handle(req, res).then((handled) => (handled ? undefined : res.end('served'))),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}${path}`, init);
}

const scrape = (headers: Record<string, string> = {}) => ask('/api/clusterMaintenance:metrics', { headers });
const refused = async () => seriesOf(await (await scrape()).text(), 'requests_refused_total');

beforeEach(() => listen());
afterEach(() => {
  gate.open();
  server.closeAllConnections();
  server.close();
});

describe('a scrape', () => {
  it('is answered before there is an app, in the format of Prometheus, under the name of the node', async () => {
    gate.close('This node is starting.', 'refuse');
    const answer = await scrape();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    expect(text).toContain('cluster_maintenance_node_phase{phase="starting",app="main",node="web-1"} 1');
    expect(text).toContain('cluster_maintenance_node_ready{app="main",node="web-1"} 0');
  });

  it('says why it could not be answered, and disturbs nothing', async () => {
    look = () => Promise.reject(new Error('Nobody looks.'));
    const answer = await scrape();
    expect([answer.status, await answer.text()]).toEqual([500, '# The metrics could not be read: Nobody looks.\n']);
    expect((await ask('/api/users:list')).status).toBe(200);
  });
});

describe('a scrape of a node that has a token', () => {
  beforeEach(async () => {
    server.close();
    await listen({ CLUSTER_MAINTENANCE_METRICS_TOKEN: ' s3cret ' });
  });

  it.each([
    ['nothing', {}, 401],
    ['another token', { authorization: 'Bearer other' }, 401],
    ['a part of it', { authorization: 'Bearer s3cre' }, 401],
    ['another scheme', { authorization: 'Basic s3cret' }, 401],
    ['the token', { authorization: 'Bearer s3cret' }, 200],
    ['the token, and a scheme in small letters', { authorization: 'bearer s3cret' }, 200],
  ])('with %s', async (_, headers, status) => {
    const answer = await scrape(headers);
    expect(answer.status).toBe(status);
    if (status === 401) expect(await answer.text()).not.toContain('cluster_maintenance_');
  });

  it('leaves the probes open', async () => {
    expect((await ask('/api/clusterMaintenance:live')).status).toBe(200);
  });
});

describe('requests that cannot go on', () => {
  it('are counted by why they were refused', async () => {
    expect(await refused()).toEqual({ busy: 0, closed: 0, full: 0, late: 0, loading: 0 });
    gate.close('Drained.', 'refuse');
    await ask('/api/users:list');
    await ask('/api/pm:enable?filterByTk=x', { method: 'POST' });
    gate.appLoads = true;
    await ask('/api/clusterMaintenance:status');
    expect(await refused()).toMatchObject({ closed: 1, busy: 1, loading: 1 });
  });

  it('are counted by how long they were held, and those for which there was no room', async () => {
    gate.close('Drained.', 'hold');
    const held = ask('/api/users:list');
    await expect.poll(() => gate.waiting).toBe(1);
    expect((await ask('/api/users:list')).status).toBe(503);
    expect(seriesOf(await (await scrape()).text(), 'requests_waiting')).toEqual({ '': 1 });
    gate.open();
    expect((await held).status).toBe(200);
    const text = await (await scrape()).text();
    expect(seriesOf(text, 'request_hold_seconds_count')).toEqual({ open: 1 });
    expect(seriesOf(text, 'requests_refused_total')).toMatchObject({ full: 1, closed: 0 });
  });
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeMetrics } from '../../../src/server/app/metrics/node-metrics';
import { World, type SimulatedNode } from '../../maintenance/world';
import { seriesOf } from './scrape';

let world: World;
let metrics: Map<string, NodeMetrics>;
let one: SimulatedNode;
let two: SimulatedNode;

beforeEach(async () => {
  world = new World();
  metrics = new Map();
  world.watch = (coordination, node) => {
    const own = new NodeMetrics({ app: 'main', settings: { node }, clock: world.clock });
    metrics.set(node.name, own);
    return own.observe(coordination);
  };
  [one, two] = (await world.serving('one', 'two')) as [SimulatedNode, SimulatedNode];
});
afterEach(() => world.close());

/** What Prometheus would be told by that node. */
async function scrape({ agent, coordination }: SimulatedNode): Promise<string> {
  const own = metrics.get(agent.self.name);
  if (!own) throw new Error('It has no metrics.');
  const look = async () => {
    const roster = await own.roster(coordination);
    const node = { agent, coordination, roster };
    return { ready: agent.current === 'serving', phase: agent.current, waiting: 0, inFlight: 0, node };
  };
  const server = createServer((req: IncomingMessage, res: ServerResponse) => void own.answer(req, res, look));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  const text = await answer.text();
  server.close();
  expect(answer.status).toBe(200);
  return text;
}

async function run(node: SimulatedNode): Promise<void> {
  const operation = await world.working(node);
  world.wanted = 'v2';
  node.app.load();
  const { settled } = await world.during(operation.complete());
  expect(await world.during(settled)).toBe('done');
}

describe('the metrics of a node', () => {
  it('count an operation once, on the node that led it, with the time of each phase', async () => {
    await run(one);
    const text = await scrape(one);
    expect(seriesOf(text, 'operations_total')).toEqual({ 'pm.enable done': 1 });
    expect(seriesOf(text, 'operation_phase_seconds_count')).toEqual({
      'pm.enable draining': 1,
      'pm.enable working': 1,
      'pm.enable reloading': 1,
      'pm.enable verifying': 1,
      'pm.enable resuming': 1,
    });
    // The other node loads for a second.
    expect(seriesOf(text, 'operation_phase_seconds_sum')['pm.enable reloading']).toBeGreaterThan(0.9);
    expect(seriesOf(await scrape(two), 'operations_total')).toEqual({});
  });

  it('count the drains of each node and how long they took', async () => {
    two.app.requests = 1;
    const operation = await world.during(one.begin());
    const drained = operation.drain();
    await world.until(() => two.agent.current === 'draining', 'two drains');
    await world.pass(3_000);
    two.app.requests = 0;
    await world.during(drained);
    await world.during(operation.abort('enough'));
    await world.until(() => two.app.open, 'two serves again');
    const text = await scrape(two);
    expect(seriesOf(text, 'drains_total')).toEqual({ '': 1 });
    expect(seriesOf(text, 'drain_seconds_count')).toEqual({ '': 1 });
    expect(seriesOf(text, 'drain_seconds_sum')['']).toBeGreaterThanOrEqual(3);
    expect(seriesOf(await scrape(one), 'operations_total')).toEqual({ 'pm.enable aborted': 1 });
  });

  it('say who leads since when while somebody does, and nobody afterwards', async () => {
    const operation = await world.during(one.begin());
    await world.during(operation.drain());
    const since = Number(world.record?.startedAt) / 1000;
    const text = await scrape(two);
    expect(seriesOf(text, 'leader_since_timestamp_seconds')).toEqual({ 'pm.enable one': since });
    expect(Object.keys(seriesOf(text, 'operation_phase_since_timestamp_seconds'))).toEqual(['pm.enable draining']);
    await world.during(operation.abort('enough'));
    await world.until(() => two.app.open, 'two serves again');
    const after = await scrape(two);
    expect(seriesOf(after, 'leader_since_timestamp_seconds')).toEqual({});
    expect(Object.keys(seriesOf(after, 'last_operation_timestamp_seconds'))).toEqual(['pm.enable aborted']);
  });

  it('tell the nodes by phase, and how many of them have drifted', async () => {
    const before = await scrape(one);
    expect(seriesOf(before, 'nodes')).toMatchObject({ serving: 2, drained: 0 });
    expect(seriesOf(before, 'nodes_drifted')).toEqual({ '': 0 });
    two.app.disk = 'v9';
    two.app.load();
    await world.pass(2_000);
    expect(seriesOf(await scrape(one), 'nodes_drifted')).toEqual({ '': 1 });
    expect(seriesOf(before, 'node_phase')).toMatchObject({ serving: 1, draining: 0 });
  });

  it('count renewals of the lease, those that failed, and its loss', async () => {
    await world.during(one.begin());
    await world.pass(6_000);
    expect(seriesOf(await scrape(one), 'lease_renewals_total')).toMatchObject({ renewed: 1, failed: 0, lost: 0 });
    one.cutOff(true);
    await world.pass(15_000);
    const text = await scrape(one);
    expect(seriesOf(text, 'lease_renewals_total').failed).toBeGreaterThan(3);
    expect(seriesOf(text, 'lease_losses_total')).toEqual({ '': 1 });
    expect(seriesOf(text, 'redis_errors_total').renew).toBeGreaterThan(3);
    one.cutOff(false);
    await world.until(() => world.over(), 'it is settled');
  });

  it('leave out what they cannot know, instead of calling it 0', async () => {
    one.cutOff(true);
    await world.pass(2_000);
    const text = await scrape(one);
    expect(seriesOf(text, 'nodes')).toEqual({});
    expect(seriesOf(text, 'nodes_drifted')).toEqual({});
    one.cutOff(false);
  });

  it('time what the store answers, and the lines of the journal', async () => {
    await run(one);
    const text = await scrape(one);
    expect(seriesOf(text, 'redis_command_seconds_count')).toMatchObject({ acquire: 1, commit: 2, finish: 1 });
    expect(seriesOf(text, 'journal_lines_total')).toMatchObject({ 'operation.begun': 1, 'work.first-change': 1 });
  });

  it('count an operation that somebody else ended for a leader that is gone', async () => {
    await world.working(one);
    one.kill();
    await world.until(() => world.record?.phase === 'held', 'it is held');
    expect(seriesOf(await scrape(two), 'operations_total')).toEqual({ 'pm.enable held': 1 });
  });
});

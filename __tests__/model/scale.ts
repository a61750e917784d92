import { ModelCluster } from './cluster';
import type { ModelNode } from './node';
import { operate } from './operating';
import { Random } from './random';
import { Simulation } from './simulation';

/** What one operation took, from its beginning until every node served again. */
export interface Cost {
  /** Calls to the store, of all nodes together. */
  readonly calls: number;
  /** Virtual time until every node had drained, in ms. */
  readonly drained: number;
  /** Virtual time of all of it, in ms. */
  readonly total: number;
}

export interface ScaleFigures {
  readonly nodes: number;
  /** Drained, then given up. */
  readonly aborted: Cost;
  /** Drained, worked and done: every other node loads anew. */
  readonly done: Cost;
}

/** The timings of the product: what a tick costs is part of the figures. */
const DEFAULTS = {};
const PATIENCE = 120_000;

/** Runs two operations on so many simulated nodes, on one store, without faults. */
export async function measureScale(nodes: number): Promise<ScaleFigures> {
  const simulation = new Simulation(new Random(nodes));
  const cluster = new ModelCluster(simulation, { env: DEFAULTS });
  for (let index = 0; index < nodes; index += 1) cluster.boot();
  const everybody = () => cluster.servers.every((node) => node.serves);
  await until(simulation, everybody);
  const [leader] = cluster.servers;
  if (!leader) throw new Error('No node, no figures.');
  const aborted = await cost(cluster, everybody, (drained) => drainAndAbort(leader, drained));
  const done = await cost(cluster, everybody, (drained) => change(cluster, leader, drained));
  return { nodes, aborted, done };
}

async function cost(
  cluster: ModelCluster,
  everybody: () => boolean,
  act: (drained: () => void) => Promise<unknown>,
): Promise<Cost> {
  const { simulation } = cluster;
  const calls = () => cluster.nodes.reduce((sum, { links }) => sum + links.store.calls, 0);
  const [began, before] = [simulation.time, calls()];
  let drainedAt = began;
  let over = false;
  void act(() => (drainedAt = simulation.time)).then(() => (over = true));
  await until(simulation, () => over && everybody());
  return { calls: calls() - before, drained: drainedAt - began, total: simulation.time - began };
}

async function drainAndAbort(leader: ModelNode, drained: () => void): Promise<void> {
  const begun = await leader.parts.coordinator.begin({ kind: 'pm.enable', subject: 'scale', requestedBy: 'model' });
  if (begun.outcome !== 'leading') throw new Error('Somebody else leads.');
  const outcome = await begun.operation.drain();
  if (!outcome.ok) throw new Error(outcome.reason);
  drained();
  await begun.operation.abort('Only measured.');
}

async function change(cluster: ModelCluster, leader: ModelNode, drained: () => void): Promise<void> {
  cluster.guard.onEnter = drained;
  const word = await operate(leader, 0, 'v2');
  if (word !== 'done') throw new Error(`The operation ended ${word}.`);
}

async function until(simulation: Simulation, condition: () => boolean): Promise<void> {
  const nothing = () => undefined;
  if (!(await simulation.run(PATIENCE, nothing, condition))) throw new Error('It does not come to an end.');
}

import { AppSupervisor } from '@nocobase/server';
import type { ProbeBody } from '../../shared/api';
import type { Clock } from '../core/clock';
import type { Settings } from '../core/settings';
import type { NodeMetrics } from './metrics/node-metrics';
import type { Sight } from './metrics/sights';
import type { Parts } from './parts';
import { busyBody } from './refusals';
import { RequestGate } from './request-gate';
import type { WorkRegistry } from './work/registry';

export interface NodeGateSource {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly registry: WorkRegistry;
  /** What this process is a node with, as soon as it is one. */
  readonly parts: () => Parts | undefined;
  /** Name of the app. */
  readonly app: string;
  readonly metrics: NodeMetrics;
}

/** How long a start takes is not known before there is a node, in milliseconds. */
const UNKNOWN_PAUSE = 2_000;

/** The gate of one app, from the first moment of the process. */
export function nodeGate(source: NodeGateSource): RequestGate {
  const { settings, clock, registry, parts, metrics } = source;
  const api = process.env.API_BASE_PATH ?? '/api/';
  const gate: RequestGate = new RequestGate({
    apiBasePath: api.endsWith('/') ? api : `${api}/`,
    filesPath: '/files/',
    probe: () => probe(source, gate),
    metrics: (req, res) => metrics.answer(req, res, () => look(source, gate)),
    watch: metrics.gate,
    isWork: ({ resource, action }) => registry.action(resource, action) !== undefined,
    busy: () => busyBody(parts()?.agent.lastRecord),
    admits: (req) => parts()?.admission.admits(req) ?? false,
    limits: { ...settings.timings, holdSeats: settings.holdSeats },
    remaining: () => parts()?.forecast.remaining() ?? UNKNOWN_PAUSE,
    expected: () => parts()?.forecast.expected(),
    clock,
  });
  return gate;
}

/** What `ready` answers: whether balancers should send requests to this node, and otherwise why not. */
async function probe(source: NodeGateSource, gate: RequestGate): Promise<{ ready: boolean; body: ProbeBody }> {
  const { settings, parts, app } = source;
  const { name: node } = settings.node;
  const agent = parts()?.agent;
  const phase = agent?.current ?? 'starting';
  const reason = agent?.why;
  const body = { status: phase, node, ...(reason ? { reason } : {}) };
  if (phase !== 'serving' || !gate.isOpen) return { ready: false, body };
  // The host may reload by itself, without an operation: `running` is its own word for "I answer".
  const ready = (await AppSupervisor.getInstance().getAppStatus(app)) === 'running';
  return { ready, body: { status: ready ? 'serving' : 'reloading', node } };
}

async function look(source: NodeGateSource, gate: RequestGate): Promise<Sight> {
  const node = source.parts();
  const roster = await (node && source.metrics.roster(node.coordination));
  const { ready, body } = await probe(source, gate);
  const sight = { ready, phase: body.status, waiting: gate.waiting, inFlight: gate.underWay.count() };
  return node ? { ...sight, node: { ...node, roster } } : sight;
}

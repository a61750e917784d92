import type { ProbeBody } from '../../shared/api';
import type { Clock } from '../core/clock';
import type { Settings } from '../core/settings';
import type { Parts } from './parts';
import { busyBody } from './plugin-gate';
import { RequestGate } from './request-gate';
import type { WorkRegistry } from './work/registry';

export interface NodeGateSource {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly registry: WorkRegistry;
  /** What this process is a node with, as soon as it is one. */
  readonly parts: () => Parts | undefined;
  readonly probe: () => Promise<{ ready: boolean; body: ProbeBody }>;
}

/** How long a start takes is not known before there is a node, in milliseconds. */
const UNKNOWN_PAUSE = 2_000;

/** The gate of one app, from the first moment of the process. */
export function nodeGate({ settings, clock, registry, parts, probe }: NodeGateSource): RequestGate {
  const api = process.env.API_BASE_PATH ?? '/api/';
  return new RequestGate({
    apiBasePath: api.endsWith('/') ? api : `${api}/`,
    filesPath: '/files/',
    probe,
    isWork: ({ resource, action }) => registry.action(resource, action) !== undefined,
    busy: () => busyBody(parts()?.agent.lastRecord),
    admits: (req) => parts()?.admission.admits(req) ?? false,
    limits: { ...settings.timings, holdSeats: settings.holdSeats },
    remaining: () => parts()?.forecast.remaining() ?? UNKNOWN_PAUSE,
    expected: () => parts()?.forecast.expected(),
    clock,
  });
}

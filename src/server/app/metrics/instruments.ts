import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { REASON_CODES } from '../../../shared/policy';

/** Every name begins with it; `deploy/` and docs/metrics.md are checked against what is made here. */
export const METRIC_PREFIX = 'cluster_maintenance_';

/** Seconds. A drain of idle nodes takes a tenth of one, a big upgrade many minutes. */
const PHASE_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600];
const HOLD_SECONDS = [0.05, 0.25, 1, 2.5, 5, 10, 20, 30, 60, 120];
const COMMAND_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 4];

/** Why a request was refused; see `WaitingRoom` for the words that are not explained there. */
export const REFUSALS = ['busy', 'closed', 'full', 'late', 'loading'] as const;

export const RENEWALS = ['renewed', 'restored', 'lost', 'failed'] as const;

export type Instruments = ReturnType<typeof createInstruments>;

/**
 * All that is measured, in a registry of its own: the host and other plugins may have theirs. The name of the node is a
 * label, because several processes may share one port, and a scrape then meets any of them.
 */
export function createInstruments(labels: { readonly app: string; readonly node: string }) {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  const all = { registry, ...gauges(registry), ...counters(registry), ...histograms(registry) };
  // A rate can only be taken of what was there before its first event.
  for (const why of REFUSALS) all.refused.inc({ why }, 0);
  for (const reason of REASON_CODES.filter((code) => code !== 'glass-broken')) all.policy.inc({ reason }, 0);
  for (const outcome of RENEWALS) all.renewals.inc({ outcome }, 0);
  return all;
}

/** What is, at the moment of a scrape. */
function gauges(registry: Registry) {
  const gauge = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Gauge({ name: METRIC_PREFIX + name, help, labelNames, registers: [registry] });
  return {
    info: gauge('info', 'Always 1: version of NocoBase, and whether nodes are coordinated.', 'version', 'mode'),
    phase: gauge('node_phase', '1 for the phase that this node is in, 0 for all others.', 'phase'),
    ready: gauge('node_ready', '1 while this node takes traffic.'),
    nodes: gauge('nodes', 'Nodes in the roster, by phase, as this node sees it.', 'phase'),
    drift: gauge('nodes_drifted', 'Nodes in the roster that have other code loaded than this node.'),
    leader: gauge(
      'leader_since_timestamp_seconds',
      'When the node in the label began to lead the operation; absent while nobody leads.',
      'leader',
      'kind',
    ),
    operation: gauge(
      'operation_phase_since_timestamp_seconds',
      'Since when the unfinished operation is in its phase; absent while there is none.',
      'kind',
      'phase',
    ),
    last: gauge(
      'last_operation_timestamp_seconds',
      'When the last operation that this node knows of ended, and how.',
      'kind',
      'result',
    ),
    epoch: gauge('epoch', 'Epoch of the newest operation that this node has seen.'),
    redisUp: gauge('redis_up', '1 while this node can use Redis; absent without Redis.'),
    inFlight: gauge('requests_in_flight', 'API requests that are being answered.'),
    waiting: gauge('requests_waiting', 'API requests that are held until this node serves again.'),
  };
}

function counters(registry: Registry) {
  const counter = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Counter({ name: METRIC_PREFIX + name, help, labelNames, registers: [registry] });
  return {
    operations: counter(
      'operations_total',
      'Operations that this node ended, as their leader or for a leader that was gone; also those that became held.',
      'kind',
      'result',
    ),
    drains: counter('drains_total', 'How often this node began to drain.'),
    refused: counter('requests_refused_total', 'API requests that were refused before they were processed.', 'why'),
    policy: counter(
      'policy_refusals_total',
      'Attempts at something risky that were not let through, once for each reason.',
      'reason',
    ),
    renewals: counter('lease_renewals_total', 'Renewals of the lease that this node held.', 'outcome'),
    losses: counter('lease_losses_total', 'How often this node lost the lease while it led.'),
    lines: counter('journal_lines_total', 'Lines that this node wrote into the journal.', 'event'),
    redisErrors: counter('redis_errors_total', 'Commands to Redis that failed.', 'command'),
  };
}

function histograms(registry: Registry) {
  const histogram = <T extends string>(name: string, help: string, buckets: number[], ...labelNames: T[]) =>
    new Histogram({ name: METRIC_PREFIX + name, help, buckets, labelNames, registers: [registry] });
  return {
    phases: histogram(
      'operation_phase_seconds',
      'How long the phases of operations took that this node led.',
      PHASE_SECONDS,
      'kind',
      'phase',
    ),
    drainSeconds: histogram('drain_seconds', 'From the begin of a drain of this node to its end.', PHASE_SECONDS),
    held: histogram(
      'request_hold_seconds',
      'How long requests were held, and how that ended.',
      HOLD_SECONDS,
      'outcome',
    ),
    redis: histogram('redis_command_seconds', 'How long Redis took to answer.', COMMAND_SECONDS, 'command'),
  };
}

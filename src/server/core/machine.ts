import type { ClusterPhase } from '../../shared/domain';

/**
 * The cluster machine: how an operation goes. Drawn in docs/machines.md with the same names.
 *
 *   idle ─request→ acquiring ─acquired→ draining ─drained→ working ─worked→ reloading
 *        ─reloaded→ verifying ─verified→ resuming ─resumed→ idle
 *
 * Before the first change everything that goes wrong leads to `aborting` and back to `idle`; but an operation that took
 * the place of a held one is held again, because what that one has left is still there.
 * After it (`working` on) a lost leader leads to `held`, where a person decides: that ends the operation, and what
 * follows (every node loads, or a new operation) does not need it any more.
 */
export const CLUSTER_EVENTS = [
  'request',
  'acquired',
  'drained',
  'worked',
  'reloaded',
  'verified',
  'resumed',
  'abort',
  'hold',
  'hold-again',
  'resolve',
] as const;
export type ClusterEvent = (typeof CLUSTER_EVENTS)[number];

type Row = Partial<Record<ClusterEvent, ClusterPhase>>;

export const CLUSTER_MACHINE: Readonly<Record<ClusterPhase, Row>> = {
  idle: { request: 'acquiring' },
  acquiring: { acquired: 'draining', abort: 'aborting' },
  draining: { drained: 'working', abort: 'aborting', 'hold-again': 'held' },
  working: { worked: 'reloading', hold: 'held' },
  reloading: { reloaded: 'verifying', hold: 'held' },
  verifying: { verified: 'resuming', hold: 'held' },
  resuming: { resumed: 'idle' },
  aborting: { resumed: 'idle' },
  held: { resolve: 'idle' },
};

/** A refusal is a value: the caller decides whether it is a surprise. */
export type Step<Phase, Event> =
  | { readonly ok: true; readonly phase: Phase }
  | { readonly ok: false; readonly phase: Phase; readonly event: Event; readonly sentence: string };

export function clusterStep(phase: ClusterPhase, event: ClusterEvent): Step<ClusterPhase, ClusterEvent> {
  const next = CLUSTER_MACHINE[phase][event];
  if (next) return { ok: true, phase: next };
  return { ok: false, phase, event, sentence: `"${event}" cannot happen to an operation that is ${phase}.` };
}

/** No node but the leader may serve or write: it has begun, or will at any moment. */
export function isExclusive(phase: ClusterPhase): boolean {
  return phase === 'draining' || phase === 'working' || phase === 'held';
}

/** The leader's work is over: every node may load what the database now says. */
export function isSettling(phase: ClusterPhase): boolean {
  return phase === 'reloading' || phase === 'verifying' || phase === 'resuming';
}

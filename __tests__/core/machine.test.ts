import { describe, expect, it } from 'vitest';
import { CLUSTER_PHASES, type ClusterPhase } from '../../src/shared/domain';
import {
  CLUSTER_EVENTS,
  CLUSTER_MACHINE,
  clusterStep,
  isExclusive,
  isSettling,
  type ClusterEvent,
} from '../../src/server/core/machine';

function walk(from: ClusterPhase, ...events: ClusterEvent[]): ClusterPhase[] {
  const path = [from];
  for (const event of events) {
    const step = clusterStep(path[path.length - 1] ?? from, event);
    if (!step.ok) throw new Error(step.sentence);
    path.push(step.phase);
  }
  return path;
}

function reachable(from: ClusterPhase, without: readonly ClusterEvent[] = []): Set<ClusterPhase> {
  const seen = new Set<ClusterPhase>([from]);
  for (const phase of seen) {
    for (const event of CLUSTER_EVENTS) {
      const next = CLUSTER_MACHINE[phase][event];
      if (next && !without.includes(event)) seen.add(next);
    }
  }
  return seen;
}

/** Phases from which `event` is possible. */
function sources(event: ClusterEvent): ClusterPhase[] {
  return CLUSTER_PHASES.filter((phase) => CLUSTER_MACHINE[phase][event] !== undefined);
}

describe('the cluster machine', () => {
  it('goes the way of an operation without trouble', () => {
    expect(walk('idle', 'request', 'acquired', 'drained', 'worked', 'reloaded', 'verified', 'resumed')).toEqual([
      'idle',
      'acquiring',
      'draining',
      'working',
      'reloading',
      'verifying',
      'resuming',
      'idle',
    ]);
  });

  it('aborts only before the first change, and resumes then', () => {
    expect(sources('abort')).toEqual(['acquiring', 'draining']);
    expect(walk('draining', 'abort', 'resumed')).toEqual(['draining', 'aborting', 'idle']);
  });

  it('holds only after the first change, and leaves that only by a resolution', () => {
    expect(sources('hold')).toEqual(['working', 'reloading', 'verifying']);
    expect(CLUSTER_MACHINE.held).toEqual({ resolve: 'idle' });
    expect(reachable('held', ['resolve'])).toEqual(new Set(['held']));
  });

  it('is held once more before its first change only where it took the place of a held one', () => {
    expect(sources('hold-again')).toEqual(['draining']);
    expect(walk('draining', 'hold-again', 'resolve')).toEqual(['draining', 'held', 'idle']);
  });

  it('never comes from the work to an abort, nor from before it to a hold', () => {
    expect(reachable('working', ['request']).has('aborting')).toBe(false);
    expect(reachable('acquiring', ['drained', 'hold-again']).has('held')).toBe(false);
  });

  it('reaches every phase from idle, and idle from every phase', () => {
    expect(reachable('idle')).toEqual(new Set(CLUSTER_PHASES));
    for (const phase of CLUSTER_PHASES) expect(reachable(phase), phase).toContain('idle');
  });

  it('uses every event', () => {
    for (const event of CLUSTER_EVENTS) expect(sources(event), event).not.toEqual([]);
  });

  it('refuses what cannot happen with a value that says so, and stays where it is', () => {
    expect(clusterStep('idle', 'worked')).toEqual({
      ok: false,
      phase: 'idle',
      event: 'worked',
      sentence: '"worked" cannot happen to an operation that is idle.',
    });
    const refused = CLUSTER_PHASES.flatMap((phase) => CLUSTER_EVENTS.map((event) => clusterStep(phase, event))).filter(
      (step) => !step.ok,
    );
    expect(refused).toHaveLength(CLUSTER_PHASES.length * CLUSTER_EVENTS.length - 15);
  });

  it('keeps everybody out while the leader works or may begin, and lets nodes load afterwards', () => {
    expect(CLUSTER_PHASES.filter(isExclusive)).toEqual(['draining', 'working', 'held']);
    expect(CLUSTER_PHASES.filter(isSettling)).toEqual(['reloading', 'verifying', 'resuming']);
  });
});

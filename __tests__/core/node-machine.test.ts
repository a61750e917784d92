import { describe, expect, it } from 'vitest';
import { CLUSTER_PHASES, NODE_PHASES, type NodePhase, type OperationRecord } from '../../src/shared/domain';
import {
  decide,
  isOver,
  isQuiet,
  NODE_EVENTS,
  NODE_MACHINE,
  nodeStep,
  type NodeEvent,
  type NodeView,
} from '../../src/server/core/node-machine';
import { operation as record } from './records';

/** Of `records`. */
const EPOCH = record().epoch;

const done = (changes: Partial<OperationRecord> = {}) => record({ phase: 'idle', result: 'done', ...changes });

function node(phase: NodePhase, changes: Partial<NodeView> = {}): NodeView {
  const drains = phase === 'draining' || phase === 'drained';
  const epoch = drains ? EPOCH : 0;
  return {
    bootId: 'me',
    name: 'node 9',
    phase,
    epoch,
    fresh: drains ? EPOCH - 1 : EPOCH,
    fingerprint: 'old',
    ...changes,
  };
}

function reachable(from: NodePhase): Set<NodePhase> {
  const seen = new Set<NodePhase>([from]);
  for (const phase of seen) Object.values(NODE_MACHINE[phase]).forEach((next) => seen.add(next));
  return seen;
}

function sources(event: NodeEvent): NodePhase[] {
  return NODE_PHASES.filter((phase) => NODE_MACHINE[phase][event] !== undefined);
}

describe('the node machine', () => {
  it('reaches every phase from the door of a start', () => {
    expect(reachable('waiting')).toEqual(new Set(NODE_PHASES));
  });

  it('can leave from everywhere, and never comes back', () => {
    expect(sources('leave')).toEqual(NODE_PHASES.filter((phase) => phase !== 'stopping'));
    expect(NODE_MACHINE.stopping).toEqual({});
  });

  it('returns to traffic from everywhere else', () => {
    for (const phase of NODE_PHASES.filter((one) => one !== 'stopping')) {
      expect(reachable(phase), phase).toContain('serving');
    }
  });

  it('serves only after a start, a proof, or an operation that changed nothing', () => {
    const ways = NODE_PHASES.flatMap((phase) =>
      NODE_EVENTS.filter((event) => NODE_MACHINE[phase][event] === 'serving').map((event) => `${phase} ${event}`),
    );
    expect(ways.sort()).toEqual([
      'drained resume',
      'draining resume',
      'starting serve',
      'verifying serve',
      'working resume',
    ]);
  });

  it('works only from the door or when drained', () => {
    expect(sources('lead')).toEqual(['waiting', 'drained']);
  });

  it('uses every event', () => {
    for (const event of NODE_EVENTS) expect(sources(event), event).not.toEqual([]);
  });

  it('refuses what cannot happen with a value that says so', () => {
    expect(nodeStep('serving', 'verify')).toEqual({
      ok: false,
      phase: 'serving',
      event: 'verify',
      sentence: 'A node that is serving cannot "verify".',
    });
    expect(nodeStep('serving', 'drain')).toEqual({ ok: true, phase: 'draining' });
  });
});

describe('what a follower does about a running operation', () => {
  it.each(['draining', 'working', 'held'] as const)('drains when it serves and the operation is %s', (phase) => {
    expect(decide(node('serving'), record({ phase }))).toBe('drain');
  });

  it('drains although it failed before: it is alive and could write', () => {
    expect(decide(node('failed'), record())).toBe('drain');
  });

  it.each(['acquiring', 'aborting'] as const)('does nothing while it serves and the operation is %s', (phase) => {
    expect(decide(node('serving'), record({ phase }))).toBe('none');
  });

  it('goes on serving during a quiet operation', () => {
    for (const phase of CLUSTER_PHASES)
      expect(decide(node('serving'), record({ phase, scope: 'writes' })), phase).toBe('none');
  });

  it('loads a change that it missed also during a quiet operation', () => {
    const quiet = record({ scope: 'writes', lastChange: EPOCH - 1 });
    const stale = { fresh: EPOCH - 2 };
    expect(decide(node('serving', stale), quiet)).toBe('reload');
    expect(decide(node('drained', { ...stale, epoch: EPOCH - 1 }), quiet)).toBe('reload');
    expect(decide(node('drained', { ...stale, epoch: EPOCH + 1 }), quiet)).toBe('none');
    expect(decide(node('draining', stale), quiet)).toBe('none');
  });

  it.each(['draining', 'working', 'held'] as const)('waits, drained, while the operation is %s', (phase) => {
    expect(decide(node('drained'), record({ phase, changed: phase !== 'draining' }))).toBe('none');
    expect(decide(node('draining'), record({ phase }))).toBe('none');
  });

  it('resumes when the operation is aborted', () => {
    expect(decide(node('drained'), record({ phase: 'aborting' }))).toBe('resume');
    expect(decide(node('draining'), record({ phase: 'aborting' }))).toBe('resume');
  });

  it.each(['reloading', 'verifying', 'resuming'] as const)('reloads, drained, when the operation is %s', (phase) => {
    expect(decide(node('drained'), record({ phase, changed: true, target: 'new' }))).toBe('reload');
  });

  it('reloads also with equal code, because what it holds of the database is stale', () => {
    const view = node('drained', { fingerprint: 'new' });
    expect(decide(view, record({ phase: 'reloading', changed: true, target: 'new' }))).toBe('reload');
  });

  it('need not reload when only files of plugins that are not enabled changed', () => {
    const settled = record({ kind: 'pm.add', phase: 'reloading', changed: true, target: 'old' });
    expect(decide(node('drained'), settled)).toBe('resume');
    expect(decide(node('drained'), { ...settled, target: 'new' })).toBe('reload');
  });

  it('drains anew, also drained for another operation: an acknowledgement is for one alone', () => {
    for (const phase of ['draining', 'working', 'held'] as const) {
      expect(decide(node('drained', { epoch: EPOCH - 1 }), record({ phase })), phase).toBe('drain');
      expect(decide(node('drained', { epoch: 0 }), record({ phase })), phase).toBe('drain');
    }
  });

  it('waits with everybody when its own operation is held', () => {
    const held = record({ phase: 'held', changed: true });
    expect(decide(node('failed', { bootId: 'leader' }), held)).toBe('drain');
    expect(decide(node('drained', { bootId: 'leader' }), held)).toBe('none');
  });

  it('leaves the leader alone in every phase but that', () => {
    for (const phase of CLUSTER_PHASES.filter((word) => word !== 'held')) {
      for (const own of NODE_PHASES) {
        expect(decide(node(own, { bootId: 'leader' }), record({ phase, changed: true })), `${own} ${phase}`).toBe(
          'none',
        );
      }
    }
  });

  it.each(['waiting', 'starting', 'stopping', 'working', 'reloading', 'verifying'] as const)(
    'is not disturbed while it is %s',
    (own) => {
      for (const phase of CLUSTER_PHASES)
        expect(decide(node(own), record({ phase, changed: true })), phase).toBe('none');
    },
  );
});

describe('what a follower does afterwards', () => {
  it('goes on serving when there is no operation, or none that concerns it', () => {
    expect(decide(node('serving'), undefined)).toBe('none');
    expect(decide(node('serving'), done())).toBe('none');
  });

  it('resumes when the operation it drained for changed nothing', () => {
    expect(decide(node('drained'), done({ result: 'aborted' }))).toBe('resume');
    expect(decide(node('draining'), done({ result: 'aborted' }))).toBe('resume');
  });

  it('reloads when the operation it drained for changed something, however it ended', () => {
    for (const result of ['done', 'degraded', 'failed'] as const) {
      expect(decide(node('drained'), done({ result, changed: true })), result).toBe('reload');
    }
  });

  it('reloads when it drained for an operation that is forgotten, or that changed something before this one', () => {
    const next = { epoch: EPOCH + 1, result: 'aborted' } as const;
    expect(decide(node('drained'), undefined)).toBe('reload');
    expect(decide(node('drained'), done({ ...next, lastChange: EPOCH }))).toBe('reload');
    expect(decide(node('drained'), done({ ...next, lastChange: EPOCH - 1 }))).toBe('resume');
    expect(decide(node('drained'), record({ ...next, phase: 'aborting', lastChange: EPOCH }))).toBe('reload');
  });

  it('resumes when it stopped by itself and missed nothing, and reloads when it did', () => {
    const blind = node('drained', { epoch: 0, fresh: EPOCH });
    expect(decide(blind, undefined)).toBe('resume');
    expect(decide(blind, done({ changed: true }))).toBe('resume');
    expect(decide(blind, done({ epoch: EPOCH + 1, changed: true }))).toBe('reload');
  });

  it('reloads when it froze while it drained and the operation changed the database meanwhile', () => {
    expect(decide(node('draining'), done({ changed: true, target: 'new' }))).toBe('reload');
    expect(decide(node('draining'), undefined)).toBe('reload');
  });

  it('reloads when it served through an operation that it never saw', () => {
    const missed = done({ changed: true, target: 'old', epoch: EPOCH + 1 });
    expect(decide(node('serving'), missed)).toBe('reload');
    expect(decide(node('serving', { fresh: EPOCH + 1 }), missed)).toBe('none');
    expect(decide(node('serving'), { ...missed, changed: false })).toBe('none');
    expect(decide(node('serving'), { ...missed, changed: false, lastChange: EPOCH + 1 })).toBe('reload');
    expect(decide(node('serving'), { ...missed, scope: 'writes' })).toBe('none');
    expect(decide(node('serving'), { ...missed, kind: 'pm.add' })).toBe('none');
  });

  it('decides the same however often it looks', () => {
    for (const phase of NODE_PHASES) {
      for (const seen of [undefined, record(), done(), done({ changed: true })]) {
        expect(decide(node(phase), seen)).toBe(decide(node(phase), structuredClone(seen)));
      }
    }
  });

  it('calls an operation over when it has a result', () => {
    expect(isOver(record({ phase: 'idle' }))).toBe(false);
    expect(isOver(record({ phase: 'held' }))).toBe(false);
    expect(isOver(done({ result: 'failed' }))).toBe(true);
  });
});

describe('a node is quiet', () => {
  it('when it has acknowledged this epoch, and no other', () => {
    expect(isQuiet({ phase: 'drained', epoch: EPOCH }, EPOCH)).toBe(true);
    expect(isQuiet({ phase: 'drained', epoch: EPOCH - 1 }, EPOCH)).toBe(false);
    expect(isQuiet({ phase: 'drained', epoch: EPOCH + 1 }, EPOCH)).toBe(false);
  });

  it('when it waits at the door or stops', () => {
    expect(NODE_PHASES.filter((phase) => isQuiet({ phase, epoch: 0 }, EPOCH))).toEqual(['waiting', 'stopping']);
  });
});

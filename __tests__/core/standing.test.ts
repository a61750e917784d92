import { describe, expect, it } from 'vitest';
import { CLUSTER_PHASES, OPERATION_KINDS } from '../../src/shared/domain';
import { decide, hasStopped, mustBeQuietFor, mustStopFor, type NodeView } from '../../src/server/core/node-machine';
import { holderSentence, manualSentence, waitSentence } from '../../src/server/core/sentences';
import { further, needsSettlement } from '../../src/server/core/settlement';
import { isStanding } from '../../src/server/core/standing';
import { operation } from './records';

const terms = { message: 'Back soon.', expiresInSeconds: 60, enteredBy: 'user 1' };
const manual = (changes: Parameters<typeof operation>[0] = {}) =>
  operation({ kind: 'maintenance', phase: 'working', maintenance: terms, ...changes });
const node = (changes: Partial<NodeView> = {}): NodeView => ({
  ...{ bootId: 'me', name: 'a', phase: 'serving', epoch: 0, fresh: 7, fingerprint: 'f' },
  ...changes,
});

describe('an operation that stands', () => {
  it('is a held one, or a manual maintenance whose nodes have all stopped', () => {
    const standing = OPERATION_KINDS.flatMap((kind) =>
      CLUSTER_PHASES.filter((phase) => isStanding(operation({ kind, phase }))).map((phase) => `${kind} ${phase}`),
    );
    const working = (kind: string) => (kind === 'maintenance' ? [`${kind} working`] : []);
    expect(standing).toEqual(OPERATION_KINDS.flatMap((kind) => [...working(kind), `${kind} held`]));
    expect(isStanding(manual({ result: 'done' }))).toBe(false);
  });

  it('needs nobody to settle it, and is further than one that drains', () => {
    expect(needsSettlement(manual())).toBe(false);
    expect(needsSettlement(manual({ phase: 'draining' }))).toBe(true);
    expect(further(manual({ revision: 1 }), manual({ phase: 'draining', revision: 9 })).phase).toBe('working');
  });

  it('is followed by the node that began it like by any other', () => {
    const mine = manual({ leader: { bootId: 'me', name: 'a' } });
    expect(decide(node(), mine)).toBe('drain');
    expect(decide(node(), { ...mine, phase: 'draining' })).toBe('none');
    expect(mustStopFor(mine, node())).toBe(true);
  });
});

describe('the node that a manual maintenance leaves open', () => {
  const record = manual({ maintenance: { ...terms, openNode: 'a' } });

  it('goes on, and has not to stop for it', () => {
    expect(decide(node(), record)).toBe('none');
    expect(mustStopFor(record, node())).toBe(false);
    expect(mustBeQuietFor({ ...record, scope: 'writes' }, node())).toBe(false);
    expect(hasStopped(node(), record)).toBe(true);
    expect(hasStopped(node({ name: 'b' }), record)).toBe(false);
  });

  it('comes back when it had stopped for something else, and tries again when it failed', () => {
    expect(decide(node({ phase: 'drained', epoch: 0 }), record)).toBe('resume');
    expect(decide(node({ phase: 'drained', epoch: 8 }), record)).toBe('none');
    expect(decide(node({ phase: 'failed' }), record)).toBe('none');
    expect(decide(node({ phase: 'failed', mayTryAgain: true }), record)).toBe('reload');
  });
});

describe('a node during a quiet operation', () => {
  it('has stopped when nothing writes there for this very operation', () => {
    const record = operation({ scope: 'writes' });
    expect(hasStopped(node(), record)).toBe(false);
    expect(hasStopped({ ...node(), quietFor: 6 }, record)).toBe(false);
    expect(hasStopped({ ...node(), quietFor: 7 }, record)).toBe(true);
    expect(hasStopped({ ...node(), quietFor: 7 }, operation())).toBe(false);
  });

  it('has to be quiet also when it leads', () => {
    const record = operation({ scope: 'writes', leader: { bootId: 'me', name: 'a' } });
    expect(mustBeQuietFor(record, node())).toBe(true);
    expect(mustBeQuietFor({ ...record, phase: 'reloading' }, node())).toBe(false);
    expect(mustBeQuietFor({ ...record, result: 'done' }, node())).toBe(false);
  });
});

describe('what people read', () => {
  it('says who, why, until when, and how to end it', () => {
    const record = manual({ subject: 'Moving the disks.' });
    expect(manualSentence(record)).toBe(
      'admin is in maintenance (Moving the disks), until 1970-01-01T00:01:00.000Z at the latest.',
    );
    expect(manualSentence({ ...record, scope: 'writes' })).toContain('admin has stopped all writes');
    expect(holderSentence(record)).toContain('yarn nocobase maintenance exit --operation op');
    expect(waitSentence(record)).not.toContain('admin');
  });
});

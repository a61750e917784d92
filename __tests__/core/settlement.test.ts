import { describe, expect, it } from 'vitest';
import { further, MAX_ATTEMPTS, attemptAfter, needsSettlement, settlementOf } from '../../src/server/core/settlement';
import { operation } from './records';

const NOW = 1_700_000_100_000;

describe('the operation of a leader that is gone', () => {
  it.each(['acquiring', 'draining', 'aborting'] as const)('is aborted when it was %s: nothing was changed', (phase) => {
    const next = settlementOf(operation({ phase }), NOW);
    expect(next).toMatchObject({ phase: 'idle', result: 'aborted', endedAt: NOW });
    expect(next.reason).toBe('node 1 disappeared before it changed anything.');
  });

  it('is held when it had taken up a held one, although it changed nothing itself', () => {
    const next = settlementOf(operation({ phase: 'draining', follows: 6 }), NOW);
    expect(next).toMatchObject({ phase: 'held', changed: true, phaseSince: NOW });
    expect(next.reason).toBe(
      'pm.enable departments did not begin, so the database is as the held operation before it left it. node 1 disappeared before that.',
    );
  });

  it.each(['reloading', 'verifying', 'resuming'] as const)('counts when it was %s: the work was complete', (phase) => {
    expect(settlementOf(operation({ phase, changed: true }), NOW)).toMatchObject({ phase: 'idle', result: 'degraded' });
  });

  it('has failed when its leader had told so before it disappeared', () => {
    const next = settlementOf(operation({ phase: 'reloading', changed: true, reason: 'It fails.' }), NOW);
    expect(next).toMatchObject({ phase: 'idle', result: 'failed', reason: 'It fails.', endedAt: NOW });
  });

  it('is held when it was changing the database, with who, what, and what that means', () => {
    const next = settlementOf(operation({ phase: 'working', changed: true, waitingFor: ['node 2'] }), NOW);
    expect(next).toMatchObject({ phase: 'held', phaseSince: NOW, waitingFor: [] });
    expect(next.result).toBeUndefined();
    expect(next.reason).toBe(
      'node 1 disappeared while pm.enable departments was changing the database. No node serves until somebody has looked at it and resolved it.',
    );
  });

  it.each(['install', 'upgrade'] as const)(
    'is left to the next start when it was an %s, three times at most',
    (kind) => {
      let last = operation({ kind, phase: 'working', changed: true, attempt: attemptAfter(undefined, kind) });
      for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
        const over = settlementOf(last, NOW);
        expect(over).toMatchObject({ phase: 'idle', result: 'failed', interrupted: true, attempt });
        expect(over.reason).toContain(`attempt ${attempt} of ${MAX_ATTEMPTS}`);
        last = { ...operation({ kind, phase: 'working', changed: true }), attempt: attemptAfter(over, kind) };
      }
      const held = settlementOf(last, NOW);
      expect(held).toMatchObject({ phase: 'held', attempt: MAX_ATTEMPTS });
      expect(held.reason).toMatch(/^3 starts in a row disappeared during (install|upgrade) departments, node 1 last\./);
    },
  );

  it('is counted from 1 again after one that ended, and for other kinds', () => {
    const interrupted = settlementOf(operation({ kind: 'upgrade', phase: 'working', changed: true }), NOW);
    expect(attemptAfter(interrupted, 'install')).toBe(2);
    expect(attemptAfter(interrupted, 'pm.enable')).toBe(1);
    expect(attemptAfter(operation({ kind: 'upgrade', result: 'failed' }), 'upgrade')).toBe(1);
  });

  it('needs no settlement when it is over or held', () => {
    expect(needsSettlement(undefined)).toBe(false);
    expect(needsSettlement(operation({ result: 'done' }))).toBe(false);
    expect(needsSettlement(operation({ phase: 'held' }))).toBe(false);
    expect(needsSettlement(operation({ phase: 'working' }))).toBe(true);
  });
});

describe('two sights of one operation', () => {
  const sights = [
    operation(),
    operation({ phase: 'working', changed: true }),
    operation({ phase: 'reloading', changed: true }),
    operation({ phase: 'idle', changed: true, result: 'done' }),
  ];

  it('count by how far they are, whichever side told them', () => {
    sights.forEach((early, index) => {
      for (const late of sights.slice(index + 1)) {
        expect(further(early, late)).toBe(late);
        expect(further(late, early)).toBe(late);
      }
    });
  });
});

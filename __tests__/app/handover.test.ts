import { describe, expect, it } from 'vitest';
import { watchForHandover } from '../../src/server/app/handover';
import { servesElsewhere } from '../../src/server/core/handover';
import type { OperationRecord } from '../../src/shared/domain';
import { draftOf } from '../contract/coordination-samples';

const record = (over: Partial<OperationRecord>): OperationRecord => ({ ...draftOf('leader'), epoch: 3, ...over });

const ME = { bootId: 'me', name: 'node me' };

describe('whether another node serves', () => {
  it.each(['acquiring', 'draining', 'working', 'held', 'aborting'] as const)('is no while it is %s', (phase) => {
    expect(servesElsewhere(record({ phase }), ME)).toBe(false);
  });

  it.each(['reloading', 'verifying', 'resuming'] as const)('is yes while the others load (%s)', (phase) => {
    expect(servesElsewhere(record({ phase }), ME)).toBe(true);
  });

  it('is no for the leader itself, after work that failed, and when nothing runs', () => {
    const { leader } = record({});
    expect(servesElsewhere(record({ phase: 'reloading' }), leader)).toBe(false);
    expect(servesElsewhere(record({ phase: 'reloading', reason: 'It broke.' }), ME)).toBe(false);
    expect(servesElsewhere(record({ phase: 'resuming', result: 'done' }), ME)).toBe(false);
    expect(servesElsewhere(undefined, ME)).toBe(false);
  });

  it('is yes during a manual maintenance that leaves another node open', () => {
    const terms = { message: 'Back soon.', expiresInSeconds: 60, enteredBy: 'user 1' };
    const maintenance = { ...terms, openNode: 'node-2' };
    const manual = record({ kind: 'maintenance', phase: 'working', maintenance });
    expect(servesElsewhere(manual, ME)).toBe(true);
    expect(servesElsewhere(manual, { bootId: 'other', name: 'node-2' })).toBe(false);
    expect(servesElsewhere({ ...manual, maintenance: terms }, ME)).toBe(false);
  });

  it('is told to the gate at each sight of the record, and no longer when the node ends', async () => {
    const phases = ['working', 'reloading', 'idle'] as const;
    const told: boolean[] = [];
    const end = new AbortController();
    let sight = 0;
    const agent = {
      self: { bootId: 'me', name: 'me' },
      get lastRecord() {
        const phase = phases[sight] ?? 'idle';
        return record(phase === 'idle' ? { phase, result: 'done' } : { phase });
      },
      nextSight: async () => {
        sight += 1;
        if (sight === phases.length) end.abort();
      },
    };
    const gate = {
      set handover(value: boolean) {
        told.push(value);
      },
    };
    await watchForHandover(agent, gate as { handover: boolean }, end.signal);
    expect(told).toEqual([false, true, false, false]);
  });
});

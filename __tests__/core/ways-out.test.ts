import { describe, expect, it } from 'vitest';
import { RESOLUTIONS, type Resolution } from '../../src/shared/domain';
import { refusalOf, waysOut, type Situation } from '../../src/server/core/ways-out';
import { operation } from './records';

const held = operation({ phase: 'held', changed: true });
const quiet: Situation = { guardHeld: false, retryable: true, canRollBack: true, restored: false };

function open(record = held, situation = quiet): Resolution[] {
  return waysOut(record, situation).flatMap(({ resolution, refusal }) => (refusal === undefined ? [resolution] : []));
}

describe('the ways out', () => {
  it('are always told, each with its consequence', () => {
    const ways = waysOut(held, quiet);
    expect(ways.map(({ resolution }) => resolution)).toEqual([...RESOLUTIONS]);
    for (const { consequence } of ways) expect(consequence.length).toBeGreaterThan(40);
  });

  it('of a held plugin change are to resume and to do it again', () => {
    expect(open()).toEqual(['resume', 'retry']);
  });

  it('do not include a retry of what the record does not say, or that no node could do', () => {
    expect(open(operation({ kind: 'pm.add', phase: 'held', changed: true }))).toEqual(['resume']);
    expect(open(held, { ...quiet, retryable: false })).toEqual(['resume']);
    expect(refusalOf(held, { ...quiet, retryable: false }, 'retry')).toMatch(/No node runs/);
  });

  it('of an operation that took a backup are to roll it back, too, while a node is there to do it', () => {
    const backup = { file: 'backup_1.nbdata', takenAt: Date.UTC(2026, 0, 2) };
    const record = operation({ kind: 'upgrade', phase: 'held', changed: true, backup });
    expect(open(record)).toContain('roll-back');
    expect(waysOut(record, quiet).find(({ resolution }) => resolution === 'roll-back')?.consequence).toMatch(
      /^The backup of 2026-01-02T00:00:00.000Z/,
    );
    expect(refusalOf(record, { ...quiet, canRollBack: false }, 'roll-back')).toMatch(/maintenance roll-back o/);
    const upgrade = { ...record, versions: { from: '2.2.14', to: '2.2.15' } };
    expect(refusalOf(upgrade, { ...quiet, canRollBack: false }, 'roll-back')).toMatch(/^No node of NocoBase 2\.2\.14/);
    expect(refusalOf(record, { ...quiet, guardHeld: true }, 'roll-back')).toMatch(/still holds the guard/);
    expect(refusalOf(held, quiet, 'roll-back')).toMatch(/No backup belongs to this operation/);
  });

  it('of an installation that was interrupted too often is only to let it be tried again', () => {
    const install = operation({ kind: 'install', phase: 'held', changed: true });
    expect(open(install, { ...quiet, retryable: false })).toEqual(['retry']);
    expect(refusalOf(install, quiet, 'resume')).toMatch(/incomplete cannot be served/);
  });

  it('of a failed upgrade include to go on, once a backup of before was restored by hand or only its check failed', () => {
    const upgrade = operation({ kind: 'upgrade', phase: 'held', changed: true, target: '' });
    expect(open(upgrade)).toEqual(['retry']);
    expect(open(upgrade, { ...quiet, restored: true })).toEqual(['resume', 'retry']);
    expect(open({ ...upgrade, target: 'v2' })).toEqual(['resume', 'retry']);
  });

  it('are closed while somebody stands in the guard, but for taking that away', () => {
    const inside = { ...quiet, guardHeld: true };
    expect(open(held, inside)).toEqual(['give-up']);
    expect(open(operation({ phase: 'working', changed: true }), inside)).toEqual(['give-up']);
    expect(refusalOf(held, inside, 'resume')).toMatch(/node 1 still holds the guard/);
  });

  it('are closed while the operation is not held yet', () => {
    expect(open(operation({ phase: 'working', changed: true }))).toEqual([]);
  });
});

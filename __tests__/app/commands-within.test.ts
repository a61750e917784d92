import { describe, expect, it } from 'vitest';
import { isWithinWork } from '../../src/server/app/work/commands-within';
import { gatedCommand } from '../../src/server/app/gated-commands';
import { allEnds, withinWork, type WorkScope } from '../../src/server/app/work/work-scope';
import type { WorkMode } from '../../src/server/app/work/contract';

function scopeOf(mode: WorkMode, onCommand = () => {}): WorkScope {
  const context = { signal: new AbortController().signal, progress: () => {}, epoch: 1, coordinated: true };
  return { what: 'p: index', mode, context, ends: [], over: false, onCommand };
}

const within = <T>(scope: WorkScope, run: () => T): Promise<T> => withinWork(scope, () => Promise.resolve(run()));
const begin = { status: 'command_begin', command: { name: 'upgrade' } } as const;

describe('a command of the host', () => {
  it('has nothing to do with work in whose context it does not run', () => {
    expect(isWithinWork(begin, true)).toBe(false);
  });

  it.each([
    ['exclusive', true, true],
    ['exclusive', false, true],
    ['quiet', false, true],
    ['quiet', true, false],
  ] as const)('in %s work, alone: %s, is a part of it: %s', async (mode, alone, part) => {
    const scope = scopeOf(mode);
    expect(await within(scope, () => isWithinWork(begin, alone))).toBe(part);
    expect(scope.ends).toHaveLength(part ? 1 : 0);
  });

  it('is waited for to its end, also when it has no name, and its failure is one of the work', async () => {
    let begun = 0;
    const scope = scopeOf('exclusive', () => (begun += 1));
    await within(scope, () => isWithinWork({ status: 'command_begin' }, false));
    let over = false;
    const ends = allEnds(scope).then(() => (over = true));
    await new Promise(setImmediate);
    expect([begun, over]).toEqual([1, false]);
    await within(scope, () => isWithinWork({ status: 'command_end' }, false));
    await ends;
    await within(scope, () => isWithinWork(begin, true));
    await within(scope, () => isWithinWork({ ...begin, status: 'command_error', error: new Error('broken') }, true));
    await expect(allEnds(scope)).rejects.toThrow('broken');
  });

  it('fails the work also where it fails before it has begun', async () => {
    const scope = scopeOf('exclusive');
    const error = new Error('unknown command');
    await within(scope, () => isWithinWork({ status: 'command_error', command: { name: 'unknown' }, error }, false));
    await expect(allEnds(scope)).rejects.toBe(error);
  });

  it('is no part of work that is over', async () => {
    const scope = { ...scopeOf('exclusive'), over: true };
    expect(await within(scope, () => isWithinWork(begin, true))).toBe(false);
  });
});

describe('the commands that are operations', () => {
  it.each([
    ['pm.enable', { kind: 'pm.enable', scope: 'all' }],
    ['migration.run', { kind: 'migration', scope: 'all' }],
    ['migration.generate', { kind: 'migration', scope: 'writes' }],
    ['migration', undefined],
    ['work', undefined],
    ['toString', undefined],
    [undefined, undefined],
    ['tree-collection:sync-path', { kind: 'work', scope: 'all', subject: 'tree-collection:sync-path' }],
    ['console', undefined],
  ])('%s', (name, expected) => expect(gatedCommand(name)).toEqual(expected));
});

import type { Mutation } from './mutation';

/** What decides in the database: the guard, and the list of processes that may write. */
export const ofDatabase: readonly Mutation[] = [
  {
    name: 'any epoch passes the guard',
    breaks: 'R2: the database decides',
    file: 'memory/guard.ts',
    find: '(stored = 0) => epoch > stored',
    replace: '() => true',
  },
  {
    name: 'any epoch comes back into the guard',
    breaks: 'R2: the database decides',
    file: 'memory/guard.ts',
    find: '(stored = epoch) => epoch === stored',
    replace: '() => true',
  },
  {
    name: 'nobody waits for the lock of the guard',
    breaks: 'R2: the database decides',
    file: 'memory/guard.ts',
    find: 'while (this.memory.inside) {',
    replace: 'while (giveUp < 0) {',
  },
  {
    name: 'a process whose connection breaks is gone at once',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'memory/ledger.ts',
    find: 'const GRACE = 3_000;',
    replace: 'const GRACE = 0;',
  },
  {
    name: 'what a process reported in the database counts for ever',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'memory/ledger.ts',
    find: `this.put({ bootId, name, phase: 'starting', epoch: 0, sentAt });`,
    replace: `const { phase, epoch } = this.memory.nodes.get(bootId) ?? { phase: 'starting', epoch: 0 };
    this.put({ bootId, name, phase, epoch, sentAt });`,
  },
];

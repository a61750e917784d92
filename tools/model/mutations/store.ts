import type { Mutation } from './mutation';

/** What the store of the coordination promises: the memory of the Redis scripts, rule for rule. */
const inStore = (name: string, breaks: string, find: string, replace: string): Mutation => ({
  name,
  breaks,
  file: 'memory/store.ts',
  find,
  replace,
});

export const ofStore: readonly Mutation[] = [
  inStore(
    'anybody may write the record',
    'R1: one at a time',
    `    if (!this.holds(token)) return 'lost';
    const { operation } = this;`,
    '    const { operation } = this;',
  ),
  inStore(
    'anybody may end an operation',
    'R1: one at a time',
    `if (this.write(token, record) === 'lost') return 'lost';
    this.held = undefined;`,
    `this.put(record, token.epoch);
    this.held = undefined;`,
  ),
  inStore(
    'a release frees whatever lease there is',
    'R1: one at a time',
    `if (!this.holds(token)) return 'lost';
    this.held = undefined;
    return 'released';`,
    `this.held = undefined;
    return 'released';`,
  ),
  inStore(
    'a renewal takes the lease of another',
    'R4: the holder stops first',
    `if (!same(holder, token)) return 'lost';`,
    ``,
  ),
  inStore(
    'a lease that expired is renewed although its operation was settled',
    'R4: the holder stops first',
    `if (operation && (operation.epoch !== token.epoch || isStanding(operation) || isOver(operation))) return 'lost';`,
    ``,
  ),
  inStore(
    'a lease that is taken can be taken again',
    'R1: one at a time',
    `if (this.lease()) return { outcome: 'busy', record: this.read() };`,
    ``,
  ),
  inStore(
    'an unfinished operation is forgotten by the next one',
    'R5: nothing resumes blindly',
    `if (last && !isOver(last) && !follows) return`,
    `if (last && last.phase === 'held' && !follows) return`,
  ),
  inStore(
    'a held operation is forgotten by the next one',
    'R5: nothing resumes blindly',
    `if (last && !isOver(last) && !follows) return`,
    `if (last && !isOver(last) && last.phase !== 'held') return`,
  ),
  inStore(
    'an operation is settled while its leader holds the lease',
    'R4: the holder stops first',
    `if (this.lease() || !operation || operation.epoch !== seen.epoch) return 'moved';`,
    `if (!operation || operation.epoch !== seen.epoch) return 'moved';`,
  ),
  inStore(
    'an operation is settled that has moved on',
    'R5: nothing resumes blindly',
    `if (operation.phase !== seen.phase || isOver(operation) !== isOver(seen)) return 'moved';`,
    ``,
  ),
  inStore(
    'the first change is announced although it was cancelled',
    'R6: a cancel is kept',
    `if (this.cancelledBy !== undefined && !this.operation?.changed) return 'cancelled';`,
    ``,
  ),
  inStore(
    'a cancel is accepted after the first change',
    'R6: a cancel is kept',
    `if (operation.changed || !early) return 'late';`,
    ``,
  ),
  inStore(
    'an older operation is put back over a newer one',
    'R2: epochs only grow',
    `if (this.lease() || (this.operation?.epoch ?? 0) >= record.epoch) return 'moved';`,
    `if (this.lease()) return 'moved';`,
  ),
  inStore(
    'the store takes an epoch again that it has seen',
    'R2: epochs only grow',
    `if (epoch <= highest) return { outcome: 'outdated', epoch: highest };`,
    `void highest;`,
  ),
];

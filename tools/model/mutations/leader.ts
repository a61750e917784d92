import type { Mutation } from './mutation';

/** What the leader of an operation does, and those who settle what it left behind. */
export const ofLeader: readonly Mutation[] = [
  {
    name: 'the lease counts from the answer, when it is taken',
    breaks: 'R4: the holder stops first',
    file: 'cluster/lease-session.ts',
    find: 'this.validUntil = sentAt + timings.leaseGiveUp;',
    replace: 'this.validUntil = clock.monotonic() + timings.leaseGiveUp;',
  },
  {
    name: 'the lease counts from the answer, when it is renewed',
    breaks: 'R4: the holder stops first',
    file: 'cluster/lease-session.ts',
    find: 'else this.validUntil = sentAt + this.timings.leaseGiveUp;',
    replace: 'else this.validUntil = this.clock.monotonic() + this.timings.leaseGiveUp;',
  },
  {
    name: 'the lease is never given up',
    breaks: 'R4: the holder stops first',
    file: 'cluster/lease-session.ts',
    find: 'if (left <= 0) this.lose(`not renewed for ${this.timings.leaseGiveUp} ms`);',
    replace: 'if (left <= 0) await this.clock.sleep(1_000, this.stopping.signal);',
  },
  {
    name: 'a lease that is lost stays lost unnoticed',
    breaks: 'R4: the holder stops first',
    file: 'cluster/lease-session.ts',
    find: `if (outcome === 'lost') this.lose('another operation took over');
      else this.validUntil`,
    replace: 'this.validUntil',
  },
  {
    name: 'the guard is not taken again',
    breaks: 'R2: the database decides',
    file: 'maintenance/guard-keeper.ts',
    find: 'this.retaking = this.retake();',
    replace: 'void this.operation;',
  },
  {
    name: 'work does not wait while its place in the guard is uncertain',
    breaks: 'R1: one at a time',
    file: 'maintenance/guard-keeper.ts',
    find: 'if (this.left || this.sureAt === 0 || this.isSure) return undefined;',
    replace: 'if (this.left || this.sureAt >= 0 || this.isSure) return undefined;',
  },
  {
    name: 'whoever is asked to end does not wait for the answer to its first change',
    breaks: 'R5: nothing resumes blindly',
    file: 'maintenance/led-operation.ts',
    find: `    await this.announcing?.catch(() => undefined);
`,
    replace: '',
  },
  {
    name: 'an old epoch works although the guard refuses it',
    breaks: 'R2: the database decides',
    file: 'maintenance/led-operation.ts',
    find: `if (outcome === 'stale') return await this.abort('The database has seen a newer operation; try again.');`,
    replace: '',
  },
  {
    name: 'the work begins while another is inside the guard',
    breaks: 'R2: the database decides',
    file: 'maintenance/led-operation.ts',
    find: `if (outcome === 'busy') {`,
    replace: `if (this.isOver) {`,
  },
  {
    name: 'the work begins without the lease',
    breaks: 'R1: one at a time',
    file: 'maintenance/led-operation.ts',
    find: `if (outcome === 'lost') return 'The lease was lost before the first change.';`,
    replace: '',
  },
  {
    name: 'the first change is not told to the database',
    breaks: 'R5: nothing resumes blindly',
    file: 'maintenance/record-writer.ts',
    find: `if (await this.save()) return 'written';
    this.current = before;
    return 'unsaved';`,
    replace: `void before;
    return 'written';`,
  },
  {
    name: 'the work begins before everybody has drained',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/led-operation.ts',
    find: 'if (waiting.length > 0) {',
    replace: 'if (waiting.length > 1) {',
  },
  {
    name: 'the acknowledgement of any operation counts',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'core/node-machine.ts',
    find: `return node.phase === 'drained' && node.epoch === epoch;`,
    replace: `return node.phase === 'drained' && epoch > 0;`,
  },
  {
    name: 'processes that the store does not know are not waited for',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/roster-watch.ts',
    find: '[...reporting.map(fromStore), ...hidden.map(fromDatabase)]',
    replace: '[...reporting.map(fromStore), ...hidden.slice(0, 0).map(fromDatabase)]',
  },
  {
    name: 'what the store tells of a node is believed although the database knows it from later',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/roster-watch.ts',
    find: 'node.sentAt > (told.get(node.bootId) ?? -Infinity)',
    replace: '!told.has(node.bootId)',
  },
  {
    name: 'the work begins although the database did not take the word of it',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/record-writer.ts',
    find: `return (await this.deps.ledger.write(this.current)) === 'written';`,
    replace: `await this.deps.ledger.write(this.current);
      return true;`,
  },
  {
    name: 'a list of nodes that cannot be had is empty',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/roster-watch.ts',
    find: 'coordination.state.roster().catch(() => undefined),',
    replace: 'coordination.state.roster().catch(() => []),',
  },
  {
    name: 'a leader inside the guard is settled like a dead one',
    breaks: 'R5: nothing resumes blindly',
    file: 'maintenance/settler.ts',
    find: `if (await this.isInside(told)) return 'inside';`,
    replace: `await this.isInside(told);`,
  },
  {
    name: 'what the database knows of an interrupted operation is not asked',
    breaks: 'R5: nothing resumes blindly',
    file: 'maintenance/settler.ts',
    find: 'stored?.epoch === record.epoch ? further(record, stored) : record;',
    replace: 'stored?.epoch === -1 ? further(record, stored) : record;',
  },
  {
    name: 'an interrupted change is taken for an aborted one',
    breaks: 'R5: nothing resumes blindly',
    file: 'core/settlement.ts',
    find: 'if (!record.changed) {',
    replace: 'if (!isSettling(record.phase)) {',
  },
  {
    name: 'whatever was interrupted may be done again',
    breaks: 'R5: nothing resumes blindly',
    file: 'core/settlement.ts',
    find: 'if (isRepeatable(record.kind) && record.attempt < MAX_ATTEMPTS) {',
    replace: 'if (record.attempt < MAX_ATTEMPTS) {',
  },
  {
    name: 'epochs are not taken from the database',
    breaks: 'R2: epochs only grow',
    file: 'maintenance/coordinator.ts',
    find: 'const epoch = await guard.allocate(above);',
    replace: 'const epoch = above + 1;',
  },
  {
    name: 'the store is not reminded before the lease is taken',
    breaks: 'R5: nothing resumes blindly',
    file: 'maintenance/lookout.ts',
    find: 'if (last && (known?.epoch ?? 0) < last.epoch) await this.coordination.state.restore(last);',
    replace: 'void known;',
  },
  {
    name: 'an operation is never settled by those who only follow',
    breaks: 'R6: no one is stuck',
    file: 'maintenance/node-agent.ts',
    find: 'if (!lookout.withoutStore) void settler.observe(lookout.inStore, this.leading);',
    replace: 'void settler;',
  },
];

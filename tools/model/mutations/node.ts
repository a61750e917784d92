import type { Mutation } from './mutation';

/** What every node does about the operation of another one. */
export const ofNode: readonly Mutation[] = [
  {
    name: 'only hints wake a node up',
    breaks: 'R7: messages are hints',
    file: 'cluster/heartbeat.ts',
    find: 'await clock.sleep(busy ? timings.busyTick : timings.tick, this.nap.signal);',
    replace: 'await clock.sleep(busy ? 600_000 : 600_000, this.nap.signal);',
  },
  {
    name: 'a drain does not wait for requests',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/draining.ts',
    find: `    await app.quiet(signal);
`,
    replace: '',
  },
  {
    name: 'a drained node goes on taking traffic',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/draining.ts',
    find: `    app.closeTraffic(message, 'hold');
`,
    replace: '',
  },
  {
    name: 'the door of a start does not look',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/node-agent.ts',
    find: 'if (sight && !sight.other) {',
    replace: 'if (sight) {',
  },
  {
    name: 'the door of a start opens when nobody answers',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/node-agent.ts',
    find: `if (sight && !sight.other) {
      await this.back.beginWith(sight.record);`,
    replace: `if (!sight?.other) {
      await this.back.beginWith(sight?.record);`,
  },
  {
    name: 'leader and follower of one node do not look after each other',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/way-back.ts',
    find: `    // Leader and follower are one node: meanwhile the other of the two may have acknowledged the next operation.
    if (node.standing() !== before) return;
`,
    replace: `    void before;
`,
  },
  {
    name: 'an app that was cut off from the database serves again as it is',
    breaks: 'R1: one at a time',
    file: 'maintenance/node-agent.ts',
    find: `    this.back.unfit = true;
    await this.deps.app.fence(reason);`,
    replace: `    await this.deps.app.fence(reason);`,
  },
  {
    name: 'a node enters traffic without a look',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/way-back.ts',
    find: 'const sight = await node.lookAhead();',
    replace: 'const sight = (await node.lookAhead()) && undefined;',
  },
  {
    name: 'a node enters traffic with what others have changed since',
    breaks: 'R5: every node serves what the database says',
    file: 'maintenance/way-back.ts',
    find: 'else if (this.isStale(record)) await node.drain(record.epoch, LOADS);',
    replace: '',
  },
  {
    name: 'a node that sees nothing goes on serving',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/follower.ts',
    find: `if (acts.phase() !== 'serving' || this.acting || this.seesEnough) return;`,
    replace: `if (acts.phase() !== 'draining') return;`,
  },
  {
    name: 'a node without the store does not look in the database',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/lookout.ts',
    find: `return (await this.acknowledged(report)) ?? this.ledger.latest();`,
    replace: `return undefined;`,
  },
  {
    name: 'a node without the store does not answer in the database',
    breaks: 'R6: no one is stuck',
    file: 'maintenance/lookout.ts',
    find: 'await this.ledger.report(report);',
    replace: 'void report;',
  },
  {
    name: 'a node without the store forgets which operation it drained for',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/lookout.ts',
    find: `return (await this.acknowledged(report)) ?? this.ledger.latest();`,
    replace: `return this.ledger.latest();`,
  },
  {
    name: 'what the store forgot is not asked of the database',
    breaks: 'R5: nothing resumes blindly',
    file: 'maintenance/lookout.ts',
    find: 'if (thorough || (forgotten && (this.stored !== undefined || this.isTime()))) await this.askDatabase();',
    replace: 'if (this.blind && thorough && forgotten && this.isTime()) await this.askDatabase();',
  },
  {
    name: 'what the store forgot is not put back',
    breaks: 'R5: nothing resumes blindly',
    file: 'maintenance/lookout.ts',
    find: `    await this.coordination.state.restore(stored).catch(() => undefined);
    return stored;`,
    replace: `    return record;`,
  },
  {
    name: 'nothing hinders a process that has just been woken up',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/node-agent.ts',
    find: 'return this.isHindered ? this.fence.look() : undefined;',
    replace: 'return undefined;',
  },
  {
    name: 'who stood still writes on while a held operation is taken up',
    breaks: 'R5: an operation that changed something is resolved by a person',
    file: 'core/node-machine.ts',
    find: "return record.phase !== 'draining' || record.drained === true || record.follows !== undefined;",
    replace: "return record.phase !== 'draining' || record.drained === true;",
  },
  {
    name: 'nobody ever has to load again',
    breaks: 'R5: a follower loads what was changed',
    file: 'core/node-machine.ts',
    find: 'if (record.lastChange > node.fresh) return true;',
    replace: 'if (record.epoch > 0) return false;',
  },
  {
    name: 'a missed change before the last operation is not noticed',
    breaks: 'R5: a follower loads what was changed',
    file: 'core/node-machine.ts',
    find: 'if (record.lastChange > node.fresh) return true;',
    replace: '',
  },
  {
    name: 'a node returns to traffic while somebody is inside the guard',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/way-back.ts',
    find: 'return held ? undefined : epoch;',
    replace: 'return held ? epoch - 1 : epoch;',
  },
  {
    name: 'a held operation does not keep nodes out of traffic',
    breaks: 'R5: nothing resumes blindly',
    file: 'core/machine.ts',
    find: `return phase === 'draining' || phase === 'working' || phase === 'held';`,
    replace: `return phase === 'draining' || phase === 'working';`,
  },
  {
    name: 'a process that ends does not wait for its requests',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/ending.ts',
    find: 'await Promise.all([app.quiet(patience), following(patience)]);',
    replace: 'await following(patience);',
  },
  {
    name: 'a process that ends leaves its longest requests at their work',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/ending.ts',
    find: 'if (app.inFlight() === 0) return;',
    replace: 'if (app.inFlight() >= 0) return;',
  },
  {
    name: 'a node that failed never tries again',
    breaks: 'R6: no one is stuck',
    file: 'maintenance/way-back.ts',
    find: 'return this.secondChance.isDue();',
    replace: 'return false;',
  },
];

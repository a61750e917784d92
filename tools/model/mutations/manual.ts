import type { Mutation } from './mutation';

/** Work by hand and quiet operations. */
export const ofManual: readonly Mutation[] = [
  {
    name: 'whoever began a manual maintenance goes on leading it',
    breaks: 'R6: no one is stuck',
    file: 'maintenance/led-operation.ts',
    find: 'agent.own.handOver(this.record.epoch);',
    replace: '',
  },
  {
    name: 'a manual maintenance is settled when nobody leads it',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'core/standing.ts',
    find: 'return isManual(record) || (',
    replace: 'return (',
  },
  {
    name: 'a quiet node does not wait for what writes',
    breaks: 'R3: a follower never serves meanwhile',
    file: 'maintenance/quieting.ts',
    find: 'await app.writesEnded(signal);',
    replace: '',
  },
  {
    name: 'the time limit of a manual maintenance is not kept',
    breaks: 'R6: no one is stuck',
    file: 'maintenance/time-limit.ts',
    find: 'clock.monotonic() >= watched.deadline)',
    replace: 'clock.monotonic() >= watched.deadline + 3_600_000)',
  },
];

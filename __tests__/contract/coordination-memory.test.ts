import { expect, it } from 'vitest';
import { createMemoryCoordination, MemoryStore } from '../../src/server/memory';
import { ManualClock } from '../memory/manual-clock';
import { coordinationContract } from './coordination';
import { lineOf } from './coordination-samples';

coordinationContract('memory', async () => {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const join = () => createMemoryCoordination(clock, store);
  const nodes = [join(), join(), join()] as const;
  await Promise.resolve();
  return {
    nodes,
    join: async () => Promise.resolve(join()),
    pass: async (ms) => Promise.resolve(clock.pass(ms)),
    flush: async () => Promise.resolve(store.flush()),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
});

it('the journal in memory keeps the newest lines and forgets the oldest', async () => {
  const { journal } = createMemoryCoordination(new ManualClock());
  for (let seq = 1; seq <= 10_005; seq += 1) await journal.append(lineOf('a', seq));
  const lines = await journal.read('operation of a');
  expect([lines.length, lines[0]?.seq, lines.at(-1)?.seq]).toEqual([10_000, 6, 10_005]);
});

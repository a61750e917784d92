import { createMemoryCoordination, MemoryStore } from '../../src/server/memory';
import { ManualClock } from '../memory/manual-clock';
import { coordinationContract } from './coordination';

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

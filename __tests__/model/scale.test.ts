import { beforeAll, describe, expect, it } from 'vitest';
import { measureScale, type ScaleFigures } from './scale';

const SIZES = [16, 64, 256];
/** How far the calls of a further node may be from those of one in a smaller cluster. */
const TOLERANCE = 0.2;

describe('operations on 16, 64 and 256 simulated nodes', () => {
  const figures: ScaleFigures[] = [];

  beforeAll(async () => {
    for (const nodes of SIZES) figures.push(await measureScale(nodes));
    console.info(figures.map((one) => JSON.stringify(one)).join('\n'));
  });

  it.each(['aborted', 'done'] as const)('cost each further node as many calls of the store, when %s', (outcome) => {
    // What the leader does alone counts more in a small cluster.
    const further = figures.slice(1).map((one, index) => {
      const smaller = figures[index] as ScaleFigures;
      return (one[outcome].calls - smaller[outcome].calls) / (one.nodes - smaller.nodes);
    });
    for (const calls of further) {
      expect(calls).toBeGreaterThan(1);
      expect(calls).toBeLessThanOrEqual((1 + TOLERANCE) * Math.min(...further));
    }
  });

  it('drain and go on in under a second of the network, however many they are', () => {
    for (const { aborted, done } of figures) {
      expect(aborted.drained).toBeGreaterThan(0);
      expect(aborted.total).toBeLessThan(1_000);
      expect(done.drained).toBeLessThan(1_000);
    }
  });
});

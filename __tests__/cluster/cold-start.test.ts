import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../tools/cluster';
import {
  expectNoCollision,
  expectOneInstall,
  expectPatience,
  expectSteadiness,
  expectSwitchedOn,
  expectWhole,
  startSpread,
} from './starts';
import { emptyDatabase, launch, serving, stage, tellStoryOnFailure } from './support';
import { watch } from './watch';

/** Nodes of each round. What happens once may be luck: with nobody coordinating, none of such rounds comes up whole. */
const ROUNDS = [3, 3, 3, 3, 3, 5].map((nodes, index) => ({ round: index + 1, nodes }));

describe('nodes that start at the same moment on an empty database', () => {
  let cluster: Cluster | undefined;

  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterEach(async () => {
    await cluster?.stopAll();
    cluster = undefined;
  });

  it.each(ROUNDS)('install it once and all come up whole (round $round, $nodes nodes)', async ({ nodes }) => {
    const { postgres } = await stage();
    const mark = postgres.log().length;
    cluster = await launch({ database: await emptyDatabase(), nodes });
    expect(startSpread(cluster)).toBeLessThanOrEqual(100);
    const seen = watch(cluster.nodes);
    await serving(cluster).finally(() => seen.stop());

    await expectWhole(cluster);
    const leader = expectOneInstall(cluster);
    expectNoCollision(cluster, mark);
    await expectSwitchedOn(cluster);
    for (const node of cluster.nodes) {
      expectSteadiness(seen, node);
      if (node !== leader) expectPatience(seen, node, leader);
    }
  });
});

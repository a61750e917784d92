import { afterEach, beforeEach, describe, it } from 'vitest';
import type { Cluster } from '../../tools/cluster';
import { installTogether } from './starts';
import { emptyDatabase, tellStoryOnFailure } from './support';

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
    await installTogether(nodes, await emptyDatabase(), (launched) => (cluster = launched));
  });
});

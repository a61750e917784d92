import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../tools/cluster';
import { leads } from './logs';
import { expectNoCollision, expectSteadiness, expectWhole, installTogether } from './starts';
import { emptyDatabase, launch, offerTemplate, serving, stage, storedEpoch, tellStoryOnFailure } from './support';
import { watch } from './watch';

describe('three nodes that start at the same moment', () => {
  let cluster: Cluster | undefined;
  let database = '';

  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    await cluster?.stopAll();
  });

  it('install an empty database once and all come up whole', async () => {
    database = await emptyDatabase();
    await installTogether(3, database, (launched) => (cluster = launched));
  });

  it('join an installed database without a lease and without repeating anything', async () => {
    if (!cluster) throw new Error('There is no installed database: the test before failed.');
    await cluster.stopAll('SIGTERM');
    await offerTemplate(database);
    const epoch = await storedEpoch(cluster);
    const { postgres } = await stage();
    const mark = postgres.log().length;
    cluster = await launch({ database, nodes: 3 });
    const seen = watch(cluster.nodes);
    await serving(cluster).finally(() => seen.stop());

    await expectWhole(cluster);
    expect(leads(cluster)).toEqual([]);
    expect(await storedEpoch(cluster)).toBe(epoch);
    expectNoCollision(cluster, mark);
    cluster.nodes.forEach((node) => expectSteadiness(seen, node));
  });
});

import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { Cluster } from '../../tools/cluster';
import { expectOfflineButServing, TROUBLES } from './redis-trouble';
import { installedDatabase, launch, serving, tellStoryOnFailure } from './support';

describe('nodes with settings that cannot be used, on an installed database', () => {
  const troubles = [TROUBLES.malformed, TROUBLES.tls, TROUBLES.shortLease, TROUBLES.lateGiveUp];
  let cluster: Cluster;

  beforeAll(async () => {
    const env = await Promise.all(troubles.map((trouble) => trouble.env()));
    const database = await installedDatabase();
    cluster = await launch({ database, nodes: troubles.length, redis: 'none', nodeEnv: (index) => env[index] ?? {} });
    await serving(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it.each(troubles.map((trouble, index) => ({ ...trouble, index })))(
    'serve users, say what is wrong and refuse risky actions: $name',
    ({ index, ...trouble }) => expectOfflineButServing(cluster, cluster.node(index), trouble),
  );
});

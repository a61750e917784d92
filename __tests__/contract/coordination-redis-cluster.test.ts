import { startRedisCluster } from '../../tools/cluster/redis-topologies';
import { redisStore } from '../redis/support';
import { coordinationContract } from './coordination';

coordinationContract('a Redis Cluster', async () => {
  const cluster = await startRedisCluster();
  const flush = () => Promise.all(cluster.masters.map((master) => master.cli('flushall')));
  const hosts = cluster.nodes.map(({ host, port }) => `${host}:${port}`);
  return redisStore(`redis+cluster://${hosts.join(',')}`, flush, () => cluster.stop());
});

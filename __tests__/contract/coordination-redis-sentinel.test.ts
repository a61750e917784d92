import { startRedisSentinel } from '../../tools/cluster/redis-topologies';
import { redisStore } from '../redis/support';
import { coordinationContract } from './coordination';

coordinationContract('Redis behind Sentinel', async () => {
  const group = await startRedisSentinel();
  const hosts = group.sentinels.map(({ host, port }) => `${host}:${port}`);
  const url = `redis+sentinel://${hosts.join(',')}/${group.name}?db=3`;
  return redisStore(
    url,
    () => group.master.cli('flushall'),
    () => group.stop(),
  );
});

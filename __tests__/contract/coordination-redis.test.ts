import { startRedis } from '../../tools/cluster/redis';
import { redisStore } from '../redis/support';
import { coordinationContract } from './coordination';

coordinationContract('Redis', async () => {
  const server = await startRedis();
  return redisStore(
    server.url,
    () => server.cli('flushall'),
    () => server.stop(),
  );
});

/** The rights that the message about missing rights asks for, a database index, and a password that needs encoding. */
coordinationContract('Redis with a user, the least rights and a database', async () => {
  const server = await startRedis({ password: 'the admin' });
  const rights = ['+@read', '+@write', '+@scripting', '+@pubsub', '+time', '+select'];
  const names = ['~cluster-maintenance:*', '&cluster-maintenance:*'];
  await server.cli('acl', 'setuser', 'co:ord', 'on', '>p@ss/w%rd:?#', '-@all', ...rights, ...names);
  const credentials = `${encodeURIComponent('co:ord')}:${encodeURIComponent('p@ss/w%rd:?#')}`;
  return redisStore(
    `redis://${credentials}@localhost:${server.port}/5`,
    () => server.cli('flushall'),
    () => server.stop(),
  );
});

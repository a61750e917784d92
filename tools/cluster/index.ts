export { client, request, signIn, type Answer, type Api } from './api';
export { beforeSweep, registerPath } from './cleanup';
export { startCluster, type CliResult, type Cluster, type ClusterOptions } from './cluster';
export { hostImage, type HostImage, type HostImageOptions } from './host-image';
export type { ClusterNode } from './node';
export { ROOT_USER, type Env } from './node-env';
export { PLUGIN_PACKAGE, projectRoot, temporaryDirectory } from './paths';
export { packedPlugin, unpackPlugin } from './plugin-files';
export { freePort } from './ports';
export { startProxy, type Proxy, type ProxyOptions } from './proxy';
export { startPostgres, waitForNoConnections, type PostgresServer } from './postgres';
export { until } from './processes';
export { startRedis, type RedisOptions, type RedisServer } from './redis';
export {
  startRedisCluster,
  startRedisSentinel,
  type RedisClusterGroup,
  type RedisSentinelGroup,
} from './redis-topologies';
export { packSamplePlugin, type SamplePlugin } from './sample-plugin';
export { startBalancer, type Balancer, type BalancerOptions } from './balancer';

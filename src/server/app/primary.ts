import cluster from 'node:cluster';

/**
 * A worker of PM2's cluster mode has a channel to its primary, and that alone keeps it alive: it would stand there, with
 * nothing left to do, until PM2 loses patience and kills it. Everywhere else a process ends when its app has.
 */
export function endWithoutPrimary(): void {
  if (cluster.isWorker) process.channel?.unref();
}

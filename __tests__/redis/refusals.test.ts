import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../tools/cluster/ports';
import { startRedis, type RedisOptions, type RedisServer } from '../../tools/cluster/redis';
import { startRedisCluster, startRedisSentinel } from '../../tools/cluster/redis-topologies';
import type { RedisCoordination } from '../../src/server/redis';
import { commandClient } from '../../src/server/redis/clients';
import { parseRedisUrl } from '../../src/server/redis/url';
import { coordinationOf, rejection, silentServer, type SilentServer } from './support';

const started: { stop(): Promise<void> }[] = [];
const opened: RedisCoordination[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((coordination) => coordination.close()));
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function redis(options?: RedisOptions): Promise<RedisServer> {
  const server = await startRedis(options);
  started.push(server);
  return server;
}

async function silent(answer?: string): Promise<SilentServer> {
  const server = await silentServer(answer);
  started.push(server);
  return server;
}

/** Opens, expects a refusal, and gives its sentence; checks that `problem` and the ports say the same. */
async function refusal(
  url: string,
  deadline = 2_000,
  commandTimeout = 500,
): Promise<{ message: string; after: number }> {
  const coordination = coordinationOf(url, { commandTimeout });
  opened.push(coordination);
  const refused = await rejection(coordination.open(deadline));
  expect(coordination.problem()).toBe(refused.message);
  expect((await rejection(coordination.state.read())).message).toBe(refused.message);
  expect(refused.message).toMatch(/^[^\n]+\.$/);
  expect(refused.message).not.toContain('s3cret');
  return refused;
}

describe('a Redis that cannot be used says why in one sentence', () => {
  it('a malformed URL: at once', async () => {
    const { message, after } = await refusal('redis://:s3cret@host:port');
    expect(message).toMatch(/The Redis URL is not usable/);
    expect(after).toBeLessThan(500);
  });

  it('nobody listens on the port', async () => {
    const port = await freePort();
    const { message, after } = await refusal(`redis://:s3cret@127.0.0.1:${port}`, 1_000);
    expect(message).toBe(
      `Redis at 127.0.0.1:${port} refuses connections: check that it runs, and host and port in the Redis URL.`,
    );
    expect(after).toBeGreaterThan(900);
  });

  it('nobody listens, and the name has two addresses', async () => {
    const { message } = await refusal(`redis://localhost:${await freePort()}`, 500);
    expect(message).toMatch(/refuses connections/);
  });

  it('the name does not exist', async () => {
    const { message } = await refusal('redis://no-such-host.invalid:6379', 3_000);
    expect(message).toMatch(/^The name of Redis at no-such-host\.invalid:6379 cannot be resolved/);
  });

  it('a wrong password: at once', async () => {
    const { port } = await redis({ password: 'right' });
    const { message, after } = await refusal(`redis://:s3cret@127.0.0.1:${port}`);
    expect(message).toMatch(/rejects the user name or password: correct them/);
    expect(after).toBeLessThan(1_500);
  });

  it('an unknown user', async () => {
    const { port } = await redis({ password: 'right' });
    const { message } = await refusal(`redis://nobody:s3cret@127.0.0.1:${port}`);
    expect(message).toMatch(/rejects the user name or password/);
  });

  it('no password where one is needed', async () => {
    const { port } = await redis({ password: 'right' });
    const { message } = await refusal(`redis://127.0.0.1:${port}`);
    expect(message).toMatch(/asks for a password: write it into the Redis URL/);
  });

  it('a user without the rights', async () => {
    const server = await redis();
    await server.cli('acl', 'setuser', 'weak', 'on', '>s3cret', '+@read', '+@scripting', '~*');
    const { message } = await refusal(`redis://weak:s3cret@127.0.0.1:${server.port}`);
    expect(message).toMatch(/does not allow the user .* \(.*command.*\): give it .*\+@scripting/);
  });

  it('a database that does not exist', async () => {
    const { port } = await redis({ args: ['--databases', '2'] });
    const { message } = await refusal(`redis://127.0.0.1:${port}/7`);
    expect(message).toMatch(/has no database 7: use another one/);
  });

  it('TLS spoken to a plain port', async () => {
    const { port } = await redis();
    const { message, after } = await refusal(`rediss://127.0.0.1:${port}`);
    expect(message).toMatch(/use redis:\/\/ instead of rediss:\/\//);
    expect(after).toBeLessThan(2_500);
  });

  it('TLS spoken to something else that answers', async () => {
    const { port } = await silent('-ERR unknown command\r\n');
    const { message } = await refusal(`rediss://127.0.0.1:${port}`);
    expect(message).toMatch(/does not speak TLS: use redis:\/\/ instead of rediss:\/\//);
  });

  it('plain text spoken to a TLS port', async () => {
    const { port } = await redis({ tls: true });
    const { message } = await refusal(`redis://127.0.0.1:${port}`);
    expect(message).toMatch(/use rediss:\/\/ instead of redis:\/\//);
  });

  it('a certificate of an unknown authority', async () => {
    const { port } = await redis({ tls: true });
    const { message } = await refusal(`rediss://localhost:${port}`);
    expect(message).toMatch(/is not trusted: name the file of its authority in NODE_EXTRA_CA_CERTS/);
  });

  it('a certificate of an unknown authority, and an alert of the server that comes late: the process lives on', async () => {
    const { port } = await redis({ tls: true });
    const target = parseRedisUrl(`rediss://localhost:${port}`);
    if (!target.ok) throw new Error(target.problem);
    const client = commandClient(target.target, 2_000, 0);
    const failures: string[] = [];
    client.on('error', (error: Error) => failures.push(error.message));
    await rejection(client.connect());
    const socket = (client as unknown as { stream: TLSSocket }).stream;
    expect(() => socket.emit('error', new Error('tlsv1 alert decode error'))).not.toThrow();
    expect(failures).toHaveLength(1);
  });

  it('something that speaks another protocol', async () => {
    const { port } = await silent('HTTP/1.1 400 Bad Request\r\n\r\n');
    const { message } = await refusal(`redis://127.0.0.1:${port}`);
    expect(message).toMatch(/does not speak the Redis protocol/);
  });

  it('a server that accepts and never answers: within ten seconds with the default settings', async () => {
    const { port } = await silent();
    const coordination = coordinationOf(`redis://:s3cret@127.0.0.1:${port}`);
    opened.push(coordination);
    const { message, after } = await rejection(coordination.open());
    expect(message).toMatch(/accepts connections but did not answer within 4000 ms/);
    expect(after).toBeLessThan(10_500);
  });

  it.each(['redis', 'rediss', 'redis+cluster', 'redis+sentinel'])(
    'a server that accepts %s:// and never answers is noticed soon, also when nobody waits for it',
    async (scheme) => {
      const { port, connections } = await silent();
      const name = scheme === 'redis+sentinel' ? '/maintenance' : '';
      const { message } = await refusal(`${scheme}://127.0.0.1:${port}${name}`, 1_500);
      expect(message).toMatch(
        scheme === 'rediss' ? /did not complete a TLS connection/ : /did not answer within 500 ms/,
      );
      expect(connections()).toBeLessThanOrEqual(4);
    },
  );

  it('a replica', async () => {
    const primary = await redis();
    const replica = await redis({ args: ['--replicaof', '127.0.0.1', `${primary.port}`] });
    const { message } = await refusal(`redis://127.0.0.1:${replica.port}`);
    expect(message).toMatch(/is a read-only replica: let the Redis URL point to the primary/);
  });

  it('a Sentinel that does not know the master', async () => {
    const group = await startRedisSentinel();
    started.push(group);
    const { message } = await refusal(`redis+sentinel://127.0.0.1:${group.sentinels[0]?.port}/wrong`);
    expect(message).toMatch(/The Sentinel at .* knows no master named "wrong"/);
  });

  it('a Sentinel that asks for a password of its own, until it gets it', async () => {
    const group = await startRedisSentinel();
    started.push(group);
    const port = group.sentinels[0]?.port;
    await group.master.cli('-p', `${port}`, 'acl', 'setuser', 'default', 'resetpass', '>sentry');
    const { message } = await refusal(`redis+sentinel://127.0.0.1:${port}/${group.name}`);
    expect(message).toMatch(/asks for a password of its own: add \?sentinelPassword=/);
    const wrong = await refusal(`redis+sentinel://127.0.0.1:${port}/${group.name}?sentinelPassword=s3cret`);
    expect(wrong.message).toMatch(/asks for a password of its own: .* or correct it/);
    const right = coordinationOf(`redis+sentinel://127.0.0.1:${port}/${group.name}?sentinelPassword=sentry`);
    opened.push(right);
    await right.open();
    expect(await right.state.read()).toBeUndefined();
  });

  it('a plain Redis called a Sentinel', async () => {
    const { port } = await redis();
    const { message } = await refusal(`redis+sentinel://127.0.0.1:${port}/maintenance`);
    expect(message).toMatch(/is no Sentinel: use redis:\/\//);
  });

  it('no Sentinel at all', async () => {
    const hosts = `127.0.0.1:${await freePort()},127.0.0.1:${await freePort()}`;
    const { message } = await refusal(`redis+sentinel://${hosts}/m`);
    expect(message).toMatch(/^No Sentinel at .* answers: check that they run/);
  });

  it('no node of a Redis Cluster', async () => {
    const hosts = `127.0.0.1:${await freePort()},127.0.0.1:${await freePort()}`;
    const { message } = await refusal(`redis+cluster://${hosts}`);
    expect(message).toMatch(/^Redis at .* refuses connections: check that it runs/);
  });

  it('a single Redis called a Redis Cluster', async () => {
    const { port } = await redis();
    const { message } = await refusal(`redis+cluster://127.0.0.1:${port}`);
    expect(message).toMatch(/is no Redis Cluster: use redis:\/\//);
  });

  it('a Redis Cluster called a single Redis, and a wrong password of one', async () => {
    const cluster = await startRedisCluster();
    started.push(cluster);
    // The keys of this test live in one slot, so two of the three nodes do not have them.
    const all = await Promise.all(
      cluster.nodes.map(async ({ port }) => {
        const coordination = coordinationOf(`redis://127.0.0.1:${port}`);
        opened.push(coordination);
        return coordination.open(2_000).then(
          () => 'usable',
          (error: Error) => error.message,
        );
      }),
    );
    expect(all.filter((message) => message === 'usable')).toHaveLength(1);
    expect(all.filter((message) => /belongs to a Redis Cluster: use redis\+cluster:/.test(message))).toHaveLength(2);
    const [node] = cluster.nodes;
    const { message } = await refusal(`redis+cluster://u:s3cret@127.0.0.1:${node?.port}`);
    expect(message).toMatch(/rejects the user name or password/);
  });
});

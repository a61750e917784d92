import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../../src/shared/domain';
import type { News } from '../../../src/shared/news';
import { systemClock } from '../../../src/server/core/clock';
import { driftNews } from '../../../src/server/core/news';
import { dialectOf } from '../../../src/server/database/dialects';
import { createOutbox, type Outbox } from '../../../src/server/database/outbox';
import { Dispatcher, PAUSES } from '../../../src/server/app/news/dispatcher';
import { post, signature } from '../../../src/server/app/news/webhook';
import { draftOf, ended, eventually } from '../../contract/coordination-samples';
import { mariadbServer, postgresServer } from '../../database/servers';
import { useDatabase } from '../../database/support';

const SECRET = 'a secret';
const RUNNING: OperationRecord = { ...draftOf('a'), epoch: 3 };
const NEWS = driftNews({ bootId: 'b', name: 'node 2', fingerprint: 'f' }, 1);
const silent = { info: () => {}, warn: () => {}, error: () => {} };

interface Call {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let url: string;
let calls: Call[];
/** Status of each answer in turn; then 200. */
let answers: number[];

beforeEach(async () => {
  calls = [];
  answers = [];
  server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      calls.push({ headers: req.headers, body });
      res.statusCode = answers.shift() ?? 200;
      res.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('a webhook', () => {
  it('carries the news, its id, and a signature that only the secret can make', async () => {
    expect(await post(NEWS, { url, secret: SECRET }, systemClock)).toEqual({ end: 'sent' });
    const [{ headers, body }] = calls as [Call];
    expect(JSON.parse(body)).toEqual(NEWS);
    expect(headers['x-maintenance-delivery']).toBe(NEWS.id);
    const timestamp = String(headers['x-maintenance-timestamp']);
    expect(headers['x-maintenance-signature']).toBe(signature(SECRET, timestamp, body));
    expect(headers['x-maintenance-signature']).not.toBe(signature('another', timestamp, body));
  });

  it.each([
    [500, 'later'],
    [429, 'later'],
    [404, 'never'],
  ])('that answers %i is tried again: %s', async (status, end) => {
    answers = [status];
    expect(await post(NEWS, { url, secret: undefined }, systemClock)).toEqual({
      end,
      problem: `It answered ${status}.`,
    });
  });

  it('that nobody listens to is tried again, and says why', async () => {
    const nobody = await post(NEWS, { url: 'http://127.0.0.1:9/', secret: undefined }, systemClock);
    expect(nobody).toMatchObject({ end: 'later', problem: expect.stringMatching(/refused|bad port|connect/i) });
  });
});

describe.each([
  ['PostgreSQL', postgresServer],
  ['MariaDB', mariadbServer],
])('news on its way, on %s', (_name, start) => {
  const database = useDatabase(start);
  let dispatchers: Dispatcher[];
  beforeEach(() => (dispatchers = []));
  afterEach(() => Promise.all(dispatchers.map((dispatcher) => dispatcher.stop())));

  function outbox(): Outbox {
    const made = createOutbox(database().open());
    if (!made) throw new Error('This database has no outbox.');
    return made;
  }

  /** As one of several nodes. */
  function node(): Dispatcher {
    const dispatcher = new Dispatcher({
      settings: { events: ['started', 'finished', 'drift'], webhook: { url, secret: SECRET } },
      outbox: outbox(),
      clock: systemClock,
      log: silent,
      ready: () => true,
      deliver: {
        webhook: (news: News) => post(news, { url, secret: SECRET }, systemClock),
        channel: () => Promise.resolve({ end: 'sent' as const }),
      },
      drifting: () => Promise.resolve([]),
    });
    dispatchers.push(dispatcher);
    return dispatcher;
  }

  const told = () => calls.map(({ headers }) => headers['x-maintenance-event']);
  /** As if the last attempt had been so long ago. Whoever writes a row has to mark it as written here. */
  const pass = (ms: number) => {
    const { server } = database();
    const table = 'nb_cluster_maintenance_outbox';
    const mark = dialectOf(server.dialect)?.mark(table);
    return database().query(`UPDATE ${table} SET touched_at = ${server.before('touched_at', ms)}, mark = ${mark}`);
  };

  it('is sent once, although three nodes have seen it again and again', async () => {
    const nodes = [node(), node(), node()];
    for (const each of nodes) each.start();
    for (let sight = 0; sight < 5; sight += 1) for (const each of nodes) each.observe(RUNNING);
    await eventually('it arrives', () => calls.length > 0);
    for (const each of nodes) each.observe(ended(RUNNING, { endedAt: systemClock.wall() }));
    await eventually('the end arrives, too', () => told().includes('finished'));
    await eventually('nothing is left', async () => (await outbox().pending()).length === 0);
    expect(told()).toEqual(['started', 'finished']);
    expect(await outbox().list('sent')).toHaveLength(2);
  });

  it('waits while a restore replaces all tables, and is told afterwards', async () => {
    const restoring: OperationRecord = { ...RUNNING, kind: 'restore', phase: 'working', changed: true };
    const one = node();
    one.observe(restoring);
    one.start();
    await one.stop();
    expect(await database().tables()).not.toContain('cluster_maintenance_outbox');
    const two = node();
    two.observe(restoring);
    two.start();
    two.observe({ ...restoring, phase: 'reloading' });
    await eventually('it is told afterwards', () => calls.length > 0);
    expect(told()).toEqual(['started']);
  });

  it('is told in the middle of other work: whoever is on call hears of an upgrade that does not end', async () => {
    const one = node();
    one.start();
    one.observe({ ...RUNNING, kind: 'upgrade', phase: 'working', changed: true });
    await eventually('it is told', () => calls.length > 0);
    expect(told()).toEqual(['started']);
  });

  it('that was not asked for is not sent', async () => {
    const one = node();
    one.start();
    one.observe({ ...RUNNING, phase: 'held', changed: true });
    await one.publish(NEWS);
    await eventually('the other one arrives', () => calls.length > 0);
    expect(told()).toEqual(['drift']);
  });

  it('is taken by one of two who try at the same moment', async () => {
    const [one, two] = [outbox(), outbox()];
    await one.put(NEWS, 'webhook');
    const [delivery] = await one.pending();
    if (!delivery) throw new Error('It is not there.');
    const both = await Promise.all([one.claim(delivery, 'one'), two.claim(delivery, 'two')]);
    expect(both.sort()).toEqual([false, true]);
  });

  it('is tried again after a pause, also by another node, until it is dead; and once more when asked', async () => {
    answers = Array.from({ length: PAUSES.length + 1 }, () => 503);
    const first = node();
    first.start();
    await first.publish(NEWS);
    await eventually('the first attempt fails', async () => (await outbox().pending())[0]?.problem !== '');
    expect(await outbox().pending()).toMatchObject([{ attempts: 1, problem: 'It answered 503.' }]);
    await first.stop();
    for (const [index, pause] of PAUSES.entries()) {
      await pass(pause + 1_000);
      const next = node();
      next.start();
      await eventually(`attempt ${index + 2} ends`, async () => {
        const [delivery] = [...(await outbox().pending()), ...(await outbox().list('dead'))];
        return calls.length === index + 2 && delivery?.attempts === index + 2;
      });
      await next.stop();
    }
    expect(await outbox().list('dead')).toMatchObject([{ news: NEWS, attempts: 6, problem: 'It answered 503.' }]);
    const last = node();
    last.start();
    expect(await last.redeliver(`${NEWS.id}>webhook`)).toBe(true);
    await eventually('it arrives at last', async () => (await outbox().list('sent')).length === 1);
    expect(await last.redeliver(`${NEWS.id}>webhook`)).toBe(false);
  });

  it('from a dump is not sent', async () => {
    await outbox().put(NEWS, 'webhook');
    const load = await database().dump();
    await load();
    expect(await outbox().pending()).toEqual([]);
    const one = node();
    one.start();
    await one.publish({ ...NEWS, id: 'drift:after:f' });
    await eventually('another one arrives', () => calls.length > 0);
    expect(calls.map(({ headers }) => headers['x-maintenance-delivery'])).toEqual(['drift:after:f']);
  });
});

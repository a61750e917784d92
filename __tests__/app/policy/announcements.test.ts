import { beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../../src/shared/domain';
import type { News } from '../../../src/shared/news';
import { KeptAnnouncements } from '../../../src/server/app/policy/announcements';
import { KeptQueue } from '../../../src/server/app/policy/queue/queue';
import { SealedRecords } from '../../../src/server/app/policy/sealed';
import type { AnnouncementRecord } from '../../../src/server/core/announcements';
import type { QueueRecord } from '../../../src/server/core/policy/queued';
import type { SealedRows } from '../../../src/server/ports';
import { draftOf, ended } from '../../contract/coordination-samples';
import { ANNA, BORIS, boundOf, DAY, HOUR, office, ok, type Office } from './subjects';

const MINUTE = 60_000;

/** The same rows, but for these members. */
function changed(rows: SealedRows, change: Partial<SealedRows>): SealedRows {
  return {
    now: () => rows.now(),
    add: (row) => rows.add(row),
    tidy: () => rows.tidy(),
    find: (id) => rows.find(id),
    list: (limit, states) => rows.list(limit, states),
    replace: (seen, next, span) => rows.replace(seen, next, span),
    ...change,
  };
}

describe('announcements', () => {
  let here: Office;
  let queue: KeptQueue;
  let queued: SealedRecords<QueueRecord>;
  let news: News[];
  let looks: number;
  let mayWrite: boolean;
  let past: OperationRecord[];

  /** What another node of the cluster has, too. */
  function node(rows: SealedRows = here.rows.announcements): KeptAnnouncements {
    const { clock } = here;
    const secret = () => Promise.resolve('the key of the app');
    const counting = changed(rows, {
      list: (...asked) => {
        looks += 1;
        return rows.list(...asked);
      },
    });
    return new KeptAnnouncements({
      records: new SealedRecords<AnnouncementRecord>({ rows: counting, clock, secret, what: 'announcements' }),
      ...{ queued, clock, forecast: { usualOf: () => Promise.resolve(90_000) } },
      mayWrite: () => mayWrite,
      ledger: { history: () => Promise.resolve(past) },
      tell: (one) => void news.push(one),
    });
  }

  beforeEach(() => {
    here = office();
    news = [];
    looks = 0;
    mayWrite = true;
    past = [];
    queued = new SealedRecords<QueueRecord>({
      ...{ rows: here.rows.queue, clock: here.clock, what: 'queue' },
      secret: () => Promise.resolve('the key of the app'),
    });
    queue = new KeptQueue(queued, { find: () => Promise.resolve(undefined) }, here.clock);
  });

  const inMinutes = (minutes: number) => here.clock.wall() + minutes * MINUTE;
  const wish = (minutes = 12) => ({ startsAt: inMinutes(minutes), minutes: 20, message: 'Save your work.' });
  const ids = async (subject: KeptAnnouncements) => (await subject.list()).announcements.map(({ id }) => id);

  it('are seen on every node, the soonest first, and told to those who are notified', async () => {
    const [one, other] = [node(), node()];
    const late = await ok(one.announce(wish(90), ANNA));
    const soon = await ok(one.announce(wish(), BORIS));
    expect(await other.list()).toEqual({ now: here.clock.wall(), announcements: [soon, late] });
    expect(soon).toMatchObject({ announcedBy: 'Boris', queued: false, revision: 1, minutes: 20 });
    expect(news.map(({ event }) => event)).toEqual(['announced', 'announced']);
  });

  it('end by themselves', async () => {
    const one = node();
    await ok(one.announce(wish(), ANNA));
    here.clock.pass(32 * MINUTE - 1);
    expect(await ids(one)).toHaveLength(1);
    here.clock.pass(3_001);
    expect(await ids(one)).toEqual([]);
  });

  it('are over when somebody has entered the maintenance that was announced, and ended it', async () => {
    const one = node();
    await ok(one.announce(wish(), ANNA));
    const later = await ok(one.announce(wish(90), ANNA));
    const recordOf = (id: string): OperationRecord => ({ ...draftOf(id), epoch: 1 });
    const before: OperationRecord = { ...ended(recordOf('early')), kind: 'maintenance', endedAt: here.clock.wall() };
    past = [before, { ...recordOf('open'), kind: 'maintenance', phase: 'working' }];
    here.clock.pass(15 * MINUTE);
    expect(await ids(one)).toHaveLength(2);
    past = [{ ...ended(recordOf('other')), endedAt: here.clock.wall() }, ...past];
    here.clock.pass(3_000);
    expect(await ids(one)).toHaveLength(2);
    past = [{ ...before, id: 'announced', endedAt: here.clock.wall() }, ...past];
    here.clock.pass(3_000);
    expect(await ids(one)).toEqual([later.id]);
  });

  it('are changed: the same one with another revision', async () => {
    const one = node();
    const { id } = await ok(one.announce(wish(), ANNA));
    const changed = await ok(node().announce({ id, ...wish(30), message: 'Later.' }, BORIS));
    expect(changed).toMatchObject({ id, revision: 2, message: 'Later.', announcedBy: 'Boris' });
    here.clock.pass(3_000);
    expect((await one.list()).announcements).toEqual([changed]);
  });

  it('are changed by one of two who try it in the same moment', async () => {
    const { id } = await ok(node().announce(wish(), ANNA));
    const both = await Promise.all([node(), node()].map((each) => each.announce({ id, ...wish(30) }, ANNA)));
    expect(both.map((outcome) => (outcome.ok ? 200 : outcome.status)).sort()).toEqual([200, 409]);
  });

  it('are withdrawn, once', async () => {
    const one = node();
    const { id } = await ok(one.announce(wish(), ANNA));
    await ok(one.withdraw(id, BORIS));
    expect(await ids(one)).toEqual([]);
    expect(await one.withdraw(id, BORIS)).toMatchObject({ ok: false, status: 404 });
    expect(await one.announce({ id, ...wish() }, BORIS)).toMatchObject({ ok: false, status: 404 });
  });

  it('are refused with the reason when they make no sense', async () => {
    expect(await node().announce({ ...wish(-40) }, ANNA)).toMatchObject({ ok: false, status: 400 });
    const { id } = await ok(node().announce(wish(), ANNA));
    expect(await node().announce({ id, ...wish(), startsAt: here.clock.wall() + 200 * DAY }, ANNA)).toMatchObject({
      ok: false,
      status: 409,
    });
  });

  it('are not written while somebody may be replacing the tables', async () => {
    const one = node();
    const { id } = await ok(one.announce(wish(), ANNA));
    mayWrite = false;
    expect(await one.announce(wish(), ANNA)).toMatchObject({ ok: false, status: 409 });
    expect(await one.withdraw(id, ANNA)).toMatchObject({ ok: false, status: 409 });
    expect(await ids(one)).toEqual([id]);
  });

  it('are not so many that nobody reads them', async () => {
    const one = node();
    for (let count = 0; count < 20; count += 1) await ok(one.announce(wish(count + 1), ANNA));
    expect(await one.announce(wish(), ANNA)).toMatchObject({ ok: false, status: 409 });
  });

  it('are looked up once for all who ask in these seconds, and with the time that has passed since', async () => {
    const one = node();
    await ok(one.announce(wish(), ANNA));
    looks = 0;
    await Promise.all(Array.from({ length: 50 }, () => one.list()));
    here.clock.pass(2_000);
    expect((await one.list()).now).toBe(here.clock.wall());
    expect(looks).toBe(1);
    here.clock.pass(1_000);
    await one.list();
    expect(looks).toBe(2);
  });

  it('are asked for again after the database was silent', async () => {
    let silent = true;
    const rows = here.rows.announcements;
    const one = node(changed(rows, { now: () => (silent ? Promise.reject(new Error('silent')) : rows.now()) }));
    await expect(one.list()).rejects.toThrow('silent');
    silent = false;
    expect(await ids(one)).toEqual([]);
  });

  it('written around the plugin are not believed', async () => {
    const { id } = await ok(node().announce(wish(), ANNA));
    const [row] = await here.rows.announcements.list(1);
    if (!row) throw new Error('Nothing was kept.');
    const forged = { ...row, record: row.record.replace('Save your work.', 'Send me your password.') };
    expect(await here.rows.announcements.replace(row, forged)).toBe(true);
    expect(await ids(node())).not.toContain(id);
  });

  describe('of what waits for a window', () => {
    const upgrade = { action: 'upgrade', subject: '', exact: { words: [], options: {} } };
    const add = async (more: object = upgrade, startsAt: number | undefined = here.clock.wall() + HOUR) =>
      ok(
        queue.add(boundOf(more), {
          ...{ reason: 'at night', roles: ['admin'] },
          ...(startsAt === undefined ? {} : { startsAt }),
        }),
      );

    it('come by themselves, and go with it', async () => {
      const one = node();
      const { id, startsAt } = await add();
      await one.queuedAnew({ id });
      expect((await one.list()).announcements).toMatchObject([
        { id: `queued-${id}`, startsAt, minutes: 2, queued: true, announcedBy: 'Anna' },
      ]);
      expect(news).toMatchObject([{ event: 'announced' }]);
      await queue.withdraw(id);
      here.clock.pass(3_000);
      expect(await ids(one)).toEqual([]);
    });

    it('are not made for a backup, which stops nobody who reads', async () => {
      await add({ action: 'backups:create', subject: '', exact: { params: {} } });
      expect(await ids(node())).toEqual([]);
    });

    it('take a message, but no other start than that of the window', async () => {
      const one = node();
      const { id, startsAt } = await add();
      const values = { id: `queued-${id}`, startsAt, minutes: 5, message: 'The upgrade.' };
      expect(await one.announce({ ...values, startsAt: inMinutes(5) }, BORIS)).toMatchObject({
        ok: false,
        status: 409,
      });
      await ok(one.announce(values, BORIS));
      await ok(one.announce({ ...values, message: 'The great upgrade.' }, BORIS));
      expect((await node().list()).announcements).toMatchObject([
        { message: 'The great upgrade.', revision: 3, startsAt },
      ]);
    });

    it('are withdrawn while it waits on', async () => {
      const one = node();
      const { id } = await add();
      await ok(one.withdraw(`queued-${id}`, BORIS));
      expect(await ids(one)).toEqual([]);
      expect((await queue.list())[0]).toMatchObject({ state: 'waiting' });
    });
  });
});

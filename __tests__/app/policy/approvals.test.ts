import { beforeEach, describe, expect, it } from 'vitest';
import { ANNA, BORIS, boundOf, DAY, HOUR, office, ok, OTHER_ANNA, type Office } from './subjects';

describe('an approval', () => {
  let here: Office;
  /** Anna has asked. */
  let id: string;

  beforeEach(async () => {
    here = office();
    id = (await ok(here.approvals.request(boundOf(), 'needed'))).id;
  });

  const approve = (times = {}, who = BORIS) => here.approvals.decide('approved', { id, ...times }, who);
  const take = (more = {}) => here.approvals.take(id, boundOf(more));
  const state = async () => (await here.approvals.list(ANNA, false)).requests[0]?.state;

  it('lets exactly the approved request run, once', async () => {
    expect(await here.approvals.covers(id, boundOf())).toBe(false);
    expect(await take()).toBeUndefined();
    await ok(approve({ comment: 'go on' }));
    expect(await here.approvals.covers(id, boundOf())).toBe(true);
    expect(await here.approvals.covers(id, boundOf())).toBe(true);
    expect(await take()).toEqual({ approvedBy: 'Boris' });
    expect(await take()).toBeUndefined();
    expect(await here.approvals.covers(id, boundOf())).toBe(false);
    expect(await state()).toBe('used');
  });

  it.each([
    ['other parameters', { hash: 'hash of something else' }],
    ['another action', { action: 'pm:remove' }],
    ['another person', { person: BORIS }],
    ['somebody of the same name', { person: OTHER_ANNA }],
  ])('is not for %s', async (_what, more) => {
    await ok(approve());
    expect(await here.approvals.covers(id, boundOf(more))).toBe(false);
    expect(await take(more)).toBeUndefined();
    expect(await take()).toEqual({ approvedBy: 'Boris' });
  });

  it('is never one’s own, whatever one is called', async () => {
    expect(await approve({}, ANNA)).toMatchObject({ ok: false, status: 409 });
    expect(await approve({}, { name: 'Somebody', identity: ANNA.identity })).toMatchObject({ ok: false });
    expect(await approve({}, OTHER_ANNA)).toMatchObject({ ok: true });
  });

  it('is decided once, also by two in the same moment', async () => {
    const both = await Promise.all([approve(), here.approvals.decide('rejected', { id }, OTHER_ANNA)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await approve()).toMatchObject({ ok: false, status: 409 });
  });

  it('is used once by two nodes in the same moment', async () => {
    await ok(approve());
    const other = office(here.clock, here.rows);
    const both = await Promise.all([take(), other.approvals.take(id, boundOf()), take()]);
    expect(both.filter(Boolean)).toEqual([{ approvedBy: 'Boris' }]);
  });

  it('is worth nothing when it was rejected or taken back', async () => {
    await ok(here.approvals.decide('rejected', { id, comment: 'not today' }, BORIS));
    expect(await take()).toBeUndefined();
    expect((await here.approvals.list(ANNA, false)).requests[0]).toMatchObject({
      state: 'rejected',
      comment: 'not today',
      decidedBy: 'Boris',
      isOwn: true,
    });
    const next = await ok(here.approvals.request(boundOf(), 'needed'));
    expect(await here.approvals.withdraw(next.id, BORIS)).toMatchObject({ ok: false });
    await ok(here.approvals.withdraw(next.id, ANNA));
    expect(await here.approvals.decide('approved', { id: next.id }, BORIS)).toMatchObject({ ok: false });
  });

  it('can be taken back after it was given, and not after it was used', async () => {
    await ok(approve());
    await ok(here.approvals.withdraw(id, ANNA));
    expect(await take()).toBeUndefined();
    const next = await ok(here.approvals.request(boundOf(), 'needed'));
    await ok(here.approvals.decide('approved', { id: next.id }, BORIS));
    expect(await here.approvals.take(next.id, boundOf())).toBeDefined();
    expect(await here.approvals.withdraw(next.id, ANNA)).toMatchObject({ ok: false, status: 409 });
  });

  it('ends: nobody has decided in three days, or it was not used in one', async () => {
    here.clock.pass(3 * DAY);
    expect(await state()).toBe('expired');
    expect(await approve()).toMatchObject({ ok: false, status: 409 });
    const next = await ok(here.approvals.request(boundOf(), 'needed'));
    await ok(here.approvals.decide('approved', { id: next.id }, BORIS));
    here.clock.pass(DAY - 1);
    expect(await here.approvals.covers(next.id, boundOf())).toBe(true);
    here.clock.pass(1);
    expect(await here.approvals.covers(next.id, boundOf())).toBe(false);
    expect(await here.approvals.take(next.id, boundOf())).toBeUndefined();
  });

  it('runs in the time for which it was given alone', async () => {
    const now = here.clock.wall();
    await ok(approve({ notBefore: now + HOUR, notAfter: now + 3 * HOUR }));
    expect(await take()).toBeUndefined();
    here.clock.pass(HOUR);
    expect(await here.approvals.covers(id, boundOf())).toBe(true);
    here.clock.pass(2 * HOUR);
    expect(await take()).toBeUndefined();
    expect(await state()).toBe('expired');
  });

  it.each([
    ['ends before it begins', { notBefore: 2 * HOUR, notAfter: HOUR }],
    ['is past', { notAfter: -HOUR }],
    ['is too far away', { notAfter: 31 * DAY }],
    ['begins too far away', { notBefore: 31 * DAY }],
    ['is no moment', { notBefore: 0.5 }],
  ])('is not given for a time that %s', async (_what, times) => {
    const now = here.clock.wall();
    const moments = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, now + ms]));
    expect(await approve(moments)).toMatchObject({ ok: false, status: 400 });
    expect(await state()).toBe('pending');
  });

  it('is asked for once: the same again is the same request', async () => {
    expect((await ok(here.approvals.request(boundOf(), 'again'))).id).toBe(id);
    expect((await here.approvals.list(BORIS, true)).waiting).toBe(1);
    expect((await here.approvals.list(ANNA, true)).waiting).toBe(0);
    expect((await here.approvals.list(BORIS, false)).waiting).toBe(0);
  });

  it('is not asked for by hundreds, for what is no risk, or for a file that nobody keeps', async () => {
    for (let number = 1; number < 20; number += 1)
      await ok(here.approvals.request(boundOf({ hash: `hash ${number}` }), 'needed'));
    expect(await here.approvals.request(boundOf({ hash: 'one more' }), 'needed')).toMatchObject({ status: 409 });
    const { exact: _exact, ...file } = boundOf({ person: BORIS });
    expect(await here.approvals.request(file, 'needed')).toMatchObject({ ok: false, status: 409 });
    expect(await here.approvals.request(boundOf({ action: 'posts:list' }), 'no')).toMatchObject({ status: 400 });
  });

  it('is not there when its row was written around the plugin', async () => {
    const [row] = await here.rows.approvals.list(1);
    if (!row) throw new Error('There is no row.');
    const forged = row.record.replace('"pending"', '"approved"');
    expect(await here.rows.approvals.replace(row, { ...row, state: 'approved', record: forged })).toBe(true);
    expect(await take()).toBeUndefined();
    expect((await here.approvals.list(ANNA, true)).requests).toEqual([]);
  });

  it('is not that of another app with another key', async () => {
    await ok(approve());
    const [row] = await here.rows.approvals.list(1);
    if (!row) throw new Error('There is no row.');
    const glass = { ...row, id: 'x' };
    await here.rows.glass.add(glass);
    expect(await here.glass.shown(ANNA)).toEqual({});
  });
});

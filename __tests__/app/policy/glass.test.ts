import { beforeEach, describe, expect, it } from 'vitest';
import { ANNA, BORIS, office, ok, OTHER_ANNA, type Office } from './subjects';

const MINUTE = 60_000;

describe('the glass', () => {
  let here: Office;
  beforeEach(() => {
    here = office();
  });

  it('is broken for one person, for a quarter of an hour', async () => {
    const { broken } = await ok(here.glass.break(ANNA, 'the house burns'));
    expect(broken).toMatchObject({ by: 'Anna', reason: 'the house burns', isOwn: true });
    expect(broken?.until).toBe(here.clock.wall() + 15 * MINUTE);
    expect(await here.glass.brokenBy(ANNA)).toEqual({ by: 'Anna', reason: 'the house burns' });
    expect(await here.glass.brokenBy(OTHER_ANNA)).toBeUndefined();
    here.clock.pass(15 * MINUTE - 1);
    expect(await here.glass.brokenBy(ANNA)).toBeDefined();
    here.clock.pass(1);
    expect(await here.glass.brokenBy(ANNA)).toBeUndefined();
    expect(await here.glass.shown(ANNA)).toEqual({});
  });

  it.each([0, 61, 1.5, -1, NaN])('is not broken for %s minutes', async (minutes) => {
    expect(await here.glass.break(ANNA, 'no', minutes)).toMatchObject({ ok: false, status: 400 });
    expect(await here.glass.brokenBy(ANNA)).toBeUndefined();
  });

  it('is for everybody to see', async () => {
    await ok(here.glass.break(ANNA, 'the house burns', 60));
    expect((await here.glass.shown(BORIS)).broken).toMatchObject({ by: 'Anna', isOwn: false });
    await ok(here.glass.break(BORIS, 'I help', 1));
    expect((await here.glass.shown(BORIS)).broken).toMatchObject({ by: 'Boris', isOwn: true });
  });

  it('is mended by whoever broke it, however often, or else by others', async () => {
    await ok(here.glass.break(ANNA, 'one'));
    await ok(here.glass.break(ANNA, 'two'));
    await ok(here.glass.break(BORIS, 'three'));
    expect((await here.glass.mend(ANNA)).broken).toMatchObject({ by: 'Boris' });
    expect(await here.glass.brokenBy(ANNA)).toBeUndefined();
    expect(await here.glass.brokenBy(BORIS)).toBeDefined();
    expect(await here.glass.mend(ANNA)).toEqual({});
    expect(await here.glass.brokenBy(BORIS)).toBeUndefined();
  });
});

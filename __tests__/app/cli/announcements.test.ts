import { beforeEach, describe, expect, it } from 'vitest';
import { announce, announcements, withdrawAnnouncement } from '../../../src/server/app/cli/announcements';
import type { Parts } from '../../../src/server/app/parts';
import { policyIn } from '../policy/requests';

const SHELL = { name: 'root (CLI)', identity: 'shell root' };
const MINUTE = 60_000;

interface Said {
  readonly announcement: { readonly id: string; readonly startsAt: number };
}

describe('announcements at a shell', () => {
  let parts: Pick<Parts, 'policy'>;
  beforeEach(() => {
    parts = { policy: policyIn() };
  });

  const tell = (options: object) => announce(parts, options, SHELL);
  const idOf = ({ json }: { readonly json: unknown }) => (json as Said).announcement.id;

  it('begin in so many minutes, with a message that arrives as one text', async () => {
    const before = Date.now();
    const outcome = await tell({ in: '12', minutes: '20', message: ['Save', 'your', 'work.'] });
    expect(outcome).toMatchObject({
      code: 0,
      json: { ok: true, announcement: { minutes: 20, message: 'Save your work.' } },
    });
    const { startsAt } = (outcome.json as Said).announcement;
    expect(startsAt).toBeGreaterThanOrEqual(before + 12 * MINUTE);
    expect(startsAt).toBeLessThan(Date.now() + 13 * MINUTE);
    const list = await announcements(parts);
    expect(list.code).toBe(0);
    expect(list.text).toMatch(/^\S+ 20\S+Z, about 20 min, by root \(CLI\): Save your work\.$/);
    expect(list.json).toMatchObject({ announcements: [{ message: 'Save your work.' }] });
  });

  it('begin at a time of this machine, or of the zone that is said', async () => {
    const year = new Date().getFullYear() + (new Date().getMonth() > 9 ? 1 : 0);
    const local = await tell({ start: `${year}-11-01T18:30`, minutes: '20' });
    expect(local.json).toMatchObject({ announcement: { startsAt: new Date(year, 10, 1, 18, 30).getTime() } });
    const zoned = await tell({ start: `${year}-11-01T18:30+02:00`, minutes: '20' });
    expect(zoned.json).toMatchObject({ announcement: { startsAt: Date.UTC(year, 10, 1, 16, 30) } });
  });

  it('are changed: what is not said stays as it was', async () => {
    const first = await tell({ in: '12', minutes: '20', message: ['Soon.'] });
    const changed = await tell({ change: idOf(first), minutes: '45' });
    const { startsAt } = (first.json as Said).announcement;
    expect(changed.json).toMatchObject({ announcement: { startsAt, minutes: 45, message: 'Soon.', revision: 2 } });
  });

  it('are withdrawn', async () => {
    const id = idOf(await tell({ in: '12', minutes: '20' }));
    expect(await withdrawAnnouncement(parts, id, SHELL)).toMatchObject({ code: 0, json: { ok: true } });
    expect(await announcements(parts)).toMatchObject({ text: 'No maintenance is announced.', code: 0 });
    expect(await withdrawAnnouncement(parts, id, SHELL)).toMatchObject({ code: 1, json: { ok: false } });
  });

  it.each([
    ['without a start', { minutes: '20' }, /^When does it begin\?/],
    ['with a day alone', { start: '2026-12-01', minutes: '20' }, /^When does it begin\?/],
    ['in words', { in: 'an hour', minutes: '20' }, /^When does it begin\?/],
    ['without a length', { in: '12' }, /^"minutes" takes a whole number/],
    ['that is over', { in: '-30', minutes: '20' }, /its end is in the past\.$/],
    ['in the place of one that there is not', { change: 'x', in: '5', minutes: '20' }, /is over or was withdrawn/],
  ])('are refused %s', async (_what, options, refusal) => {
    const outcome = await tell(options);
    expect(outcome).toMatchObject({ code: 1, json: { ok: false } });
    expect(outcome.text).toMatch(refusal);
  });

  it('stand in the audit, whatever becomes of them', async () => {
    await withdrawAnnouncement(parts, idOf(await tell({ in: '12', minutes: '20' })), SHELL);
    await tell({ in: '12' });
    const entries = await parts.policy.kept.audit.list({ limit: 10 });
    expect(entries.map(({ action, decision, by }) => [action, decision, by])).toEqual([
      ['clusterMaintenance:announce', 'deny', 'command'],
      ['clusterMaintenance:withdrawAnnouncement', 'allow', 'command'],
      ['clusterMaintenance:announce', 'allow', 'command'],
    ]);
  });
});

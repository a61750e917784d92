import { beforeEach, describe, expect, it } from 'vitest';
import { approvals, decide } from '../../../src/server/app/cli/approvals';
import type { Parts } from '../../../src/server/app/parts';
import { ANNA, boundOf, office, ok, type Office } from '../policy/subjects';

const SHELL = { name: 'root (CLI)', identity: 'shell root' };

describe('a second admin at a shell', () => {
  let here: Office;
  let id: string;
  let noted: object[];
  let parts: Pick<Parts, 'policy'>;

  beforeEach(async () => {
    here = office();
    id = (await ok(here.approvals.request(boundOf(), 'It is needed today'))).id;
    noted = [];
    const audit = { note: (entry: object) => (noted.push(entry), Promise.resolve('1')) };
    parts = { policy: { kept: { approvals: here.approvals, audit } } } as unknown as Pick<Parts, 'policy'>;
  });

  it('sees what was asked for, by whom and why', async () => {
    const { text, code } = await approvals(parts, SHELL);
    expect(code).toBe(0);
    expect(text).toMatch(new RegExp(`^${id} pending: pm:enable departments for Anna, since .*: It is needed today$`));
  });

  it('says yes, in words that arrive as one text, and that stands in the audit', async () => {
    const outcome = await decide(parts, 'approved', id, { comment: ['go', 'on'] }, SHELL);
    expect(outcome).toMatchObject({ code: 0, json: { ok: true, request: { state: 'approved', comment: 'go on' } } });
    expect(await here.approvals.take(id, boundOf())).toEqual({ approvedBy: 'root (CLI)' });
    expect(noted).toMatchObject([
      { action: 'clusterMaintenance:approve', by: 'command', person: 'root (CLI)', decision: 'allow', reason: 'go on' },
    ]);
  });

  it('says no', async () => {
    expect(await decide(parts, 'rejected', id, {}, SHELL)).toMatchObject({ code: 0 });
    expect(await here.approvals.take(id, boundOf())).toBeUndefined();
  });

  it.each([
    ['their own', () => id, ANNA],
    ['what nobody asked for', () => 'nothing', SHELL],
  ])('cannot decide about %s, and that stands in the audit, too', async (_, about, person) => {
    const outcome = await decide(parts, 'approved', about(), {}, person);
    expect(outcome).toMatchObject({ code: 1, json: { ok: false } });
    expect(noted).toMatchObject([{ decision: 'deny', result: outcome.text }]);
  });
});

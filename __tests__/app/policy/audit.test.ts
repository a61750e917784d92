import { describe, expect, it } from 'vitest';
import { KeptAudit } from '../../../src/server/app/policy/audit';
import { TablesReplaced } from '../../../src/server/core/errors';
import { masking } from '../../../src/server/core/masking';
import { createMemoryPolicyRecords } from '../../../src/server/memory/policy-records';
import type { Reason } from '../../../src/shared/policy';
import type { AuditRows } from '../../../src/server/ports';
import { ManualClock } from '../../memory/manual-clock';

const ATTEMPT = {
  person: 'Anna',
  by: 'request',
  action: 'pm:enable',
  subject: 'departments',
  parameters: '{"token":"key-of-the-app"}',
  decision: 'allow',
  demand: 'reason',
  reasons: [],
  reason: 'needed',
} as const;

interface Options {
  readonly rows?: AuditRows;
  /** A restore replaces the tables. */
  readonly isReplaced?: () => boolean;
  readonly refused?: (reasons: readonly Reason[]) => void;
}

function auditOn(clock: ManualClock, options: Options = {}) {
  const { rows = createMemoryPolicyRecords(clock).audit, isReplaced = () => false, refused } = options;
  const lines: string[] = [];
  const at = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const log = { info: at('info'), warn: at('warn'), error: at('error') };
  const mask = masking({ APP_KEY: 'key-of-the-app' });
  const unless = (write: () => Promise<void>) => (isReplaced() ? Promise.reject(new TablesReplaced()) : write());
  // Each statement that reaches the database, by the number of its rows.
  const added: number[] = [];
  const counted: AuditRows = {
    add: (all) => unless(() => (added.push(all.length), rows.add(all))),
    conclude: (...end) => unless(() => rows.conclude(...end)),
    list: (query) => rows.list(query),
  };
  return { lines, added, rows, audit: new KeptAudit({ rows: counted, clock, log, node: 'node1', mask, refused }) };
}

describe('the audit', () => {
  it('tells of each attempt and its end, in the database and as JSON in the log', async () => {
    const clock = new ManualClock();
    const { audit, lines } = auditOn(clock);
    const id = await audit.note(ATTEMPT);
    await audit.conclude(id, '200', 'operation-1');
    const masked = { ...ATTEMPT, parameters: '{"token":"***"}' };
    expect(await audit.list({ limit: 10 })).toEqual([
      { ...masked, id, node: 'node1', at: clock.wall(), result: '200', operationId: 'operation-1' },
    ]);
    expect(lines.map((line) => line.slice(0, 10))).toEqual(['info audit', 'info audit']);
    expect(lines.map((line) => JSON.parse(line.slice('info audit '.length)) as object)).toEqual([
      { ...masked, id, node: 'node1' },
      { id, result: '200', operationId: 'operation-1' },
    ]);
  });

  it('counts the reasons of what was not let through, and of nothing else', async () => {
    const counted: string[] = [];
    const refused = (reasons: readonly Reason[]) => counted.push(...reasons.map(({ code }) => code));
    const { audit } = auditOn(new ManualClock(), { refused });
    const [frozen, glass] = [
      { code: 'frozen', values: { until: 1, reason: 'Closing' } },
      { code: 'glass-broken', values: { by: 'Anna', reason: 'fire' } },
    ] as const;
    await audit.note({ ...ATTEMPT, decision: 'wait', reasons: [frozen, { code: 'reason-needed', values: {} }] });
    await audit.note({ ...ATTEMPT, reasons: [glass] });
    expect(counted).toEqual(['frozen', 'reason-needed']);
  });

  it('is loud about broken glass', async () => {
    const { audit, lines } = auditOn(new ManualClock());
    await audit.note({ ...ATTEMPT, reasons: [{ code: 'glass-broken', values: { by: 'Anna', reason: 'fire' } }] });
    expect(lines[0]).toMatch(/^warn audit /);
  });

  it('goes on when the database refuses, or says nothing', async () => {
    const clock = new ManualClock();
    const broken = { add: () => Promise.reject(new Error('gone')), conclude: () => new Promise<void>(() => {}) };
    const { audit, lines } = auditOn(clock, { rows: { ...broken, list: () => Promise.resolve([]) } });
    const id = await audit.note(ATTEMPT);
    expect(id).not.toBe('');
    expect(lines[1]).toMatch(/^error .*gone/);
    const concluded = audit.conclude(id, '200');
    await Promise.resolve();
    await Promise.resolve();
    clock.pass(2_000);
    await concluded;
    expect(lines.at(-1)).toMatch(/^error .*in time/);
  });
});

describe('attempts that nobody waits for', () => {
  it('stand in the log at once, and are stored together a moment later with their ends and times', async () => {
    const clock = new ManualClock();
    const { audit, lines, added, rows } = auditOn(clock);
    const ids = ['a', 'b', 'c'].map((subject) => audit.noteSoon({ ...ATTEMPT, subject }));
    expect(lines).toHaveLength(3);
    clock.pass(100);
    audit.concludeSoon(ids[1] ?? '', '200');
    expect(added).toEqual([]);
    clock.pass(150);
    await audit.flush();
    expect(added).toEqual([3]);
    const stored = await rows.list({ limit: 10 });
    expect(stored.map(({ id, result }) => [id, result])).toEqual(
      [...ids].reverse().map((id) => [id, id === ids[1] ? '200' : undefined]),
    );
    expect(stored[0]?.at).toBe(clock.wall() - 250);
  });

  it('are written by themselves, with what becomes of them later', async () => {
    const clock = new ManualClock();
    const { audit, added, rows } = auditOn(clock);
    const stored = async () => (await rows.list({ limit: 10 }))[0];
    const id = audit.noteSoon(ATTEMPT);
    clock.pass(250);
    await expect.poll(stored).toMatchObject({ id });
    audit.concludeSoon(id, '409', 'operation-1');
    clock.pass(250);
    await expect.poll(async () => (await stored())?.result).toBe('409');
    expect(added).toEqual([1]);
  });

  it('are there for whoever looks, and at an orderly end', async () => {
    const clock = new ManualClock();
    const { audit, rows } = auditOn(clock);
    audit.noteSoon({ ...ATTEMPT, subject: 'first' });
    expect((await audit.list({ limit: 10 })).map(({ subject }) => subject)).toEqual(['first']);
    for (let count = 0; count < 120; count += 1) audit.noteSoon(ATTEMPT);
    await audit.close();
    expect(await rows.list({ limit: 1_000 })).toHaveLength(121);
  });

  it('wait while the tables are replaced, also one that somebody waits for', async () => {
    const clock = new ManualClock();
    let isReplaced = true;
    const { audit, added, rows, lines } = auditOn(clock, { isReplaced: () => isReplaced });
    const id = await audit.note(ATTEMPT);
    await audit.conclude(id, '200', 'operation-1');
    clock.pass(250);
    await audit.flush();
    expect(added).toEqual([]);
    await audit.conclude(id, '201');
    isReplaced = false;
    await audit.flush();
    expect(await rows.list({ limit: 10 })).toMatchObject([{ id, result: '201', operation: 'operation-1' }]);
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('are told in the log when there was no moment to store them in', async () => {
    const { audit, lines, added } = auditOn(new ManualClock(), { isReplaced: () => true });
    audit.noteSoon(ATTEMPT);
    await audit.close();
    expect(added).toEqual([]);
    expect(lines.at(-1)).toMatch(/^error audit: .*log alone/);
  });
});

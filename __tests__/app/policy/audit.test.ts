import { describe, expect, it, vi } from 'vitest';
import { KeptAudit } from '../../../src/server/app/policy/audit';
import { TablesReplaced } from '../../../src/server/core/errors';
import { masking } from '../../../src/server/core/masking';
import { createMemoryPolicyRecords } from '../../../src/server/memory/policy-records';
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

function auditOn(clock: ManualClock, rows: AuditRows = createMemoryPolicyRecords(clock).audit) {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const log = { info: at('info'), warn: at('warn'), error: at('error') };
  const mask = masking({ APP_KEY: 'key-of-the-app' });
  return { lines, audit: new KeptAudit({ rows, clock, log, node: 'node1', mask }) };
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

  it('is loud about broken glass', async () => {
    const { audit, lines } = auditOn(new ManualClock());
    await audit.note({ ...ATTEMPT, reasons: [{ code: 'glass-broken', values: { by: 'Anna', reason: 'fire' } }] });
    expect(lines[0]).toMatch(/^warn audit /);
  });

  it('goes on when the database refuses, or says nothing', async () => {
    const clock = new ManualClock();
    const broken = { add: () => Promise.reject(new Error('gone')), conclude: () => new Promise<void>(() => {}) };
    const { audit, lines } = auditOn(clock, { ...broken, list: () => Promise.resolve([]) });
    const id = await audit.note(ATTEMPT);
    expect(id).not.toBe('');
    expect(lines[1]).toMatch(/^error .*gone/);
    const concluded = audit.conclude(id, '200');
    clock.pass(2_000);
    await concluded;
    expect(lines.at(-1)).toMatch(/^error /);
  });

  it('keeps what comes while a restore replaces the tables, and stores it afterwards in its order', async () => {
    const clock = new ManualClock();
    const { audit: rows } = createMemoryPolicyRecords(clock);
    let isReplaced = true;
    const unless = (write: () => Promise<void>) => (isReplaced ? Promise.reject(new TablesReplaced()) : write());
    const { audit, lines } = auditOn(clock, {
      add: (row) => unless(() => rows.add(row)),
      conclude: (...end) => unless(() => rows.conclude(...end)),
      list: (query) => rows.list(query),
    });
    const id = await audit.note(ATTEMPT);
    await audit.conclude(id, '200', 'operation-1');
    clock.pass(1_000);
    expect(await audit.list({ limit: 10 })).toEqual([]);
    isReplaced = false;
    await audit.conclude(id, '201');
    await vi.waitFor(async () => {
      clock.pass(1_000);
      expect(await audit.list({ limit: 10 })).toEqual([
        expect.objectContaining({ id, result: '201', operationId: 'operation-1' }),
      ]);
    });
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});

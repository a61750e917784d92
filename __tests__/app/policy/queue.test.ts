import { beforeEach, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/shared/policy';
import type { Launched } from '../../../src/server/app/policy/queue/launch';
import { KeptQueue } from '../../../src/server/app/policy/queue/queue';
import { QueueRunner } from '../../../src/server/app/policy/queue/runner';
import { SealedRecords } from '../../../src/server/app/policy/sealed';
import type { QueueRecord } from '../../../src/server/core/policy/queued';
import type { OperationRecord } from '../../../src/shared/domain';
import { draftOf, ended } from '../../contract/coordination-samples';
import { boundOf, DAY, office, ok, type Office } from './subjects';

const ALLOW: Verdict = { decision: 'allow', maintenance: 'full', reasons: [] };
const refusing = (decision: Verdict['decision'], code: Verdict['reasons'][number]['code'], more = {}): Verdict => ({
  ...{ decision, maintenance: 'full', reasons: [{ code, values: {} }] },
  ...more,
});

describe('the queue', () => {
  let here: Office;
  let records: SealedRecords<QueueRecord>;
  let queue: KeptQueue;
  let operations: Map<string, OperationRecord>;
  /** What the policy answers, and what becomes of a launch. */
  let verdict: Verdict;
  let launched: Launched;
  let begun: string[];
  let noted: string[];

  beforeEach(() => {
    here = office();
    records = new SealedRecords<QueueRecord>({
      ...{ rows: here.rows.queue, clock: here.clock, what: 'queue' },
      secret: () => Promise.resolve('the key of the app'),
    });
    operations = new Map();
    queue = new KeptQueue(records, { find: (id) => Promise.resolve(operations.get(id)) }, here.clock);
    verdict = ALLOW;
    launched = { outcome: 'began', operationId: 'operation-1' };
    begun = [];
    noted = [];
  });

  const wish = { reason: 'at night', roles: ['admin'] };
  const add = (more = {}, more2 = {}) => ok(queue.add(boundOf(more), { ...wish, ...more2 }));
  const only = async () => (await queue.list())[0];
  const runnerOn = (node: string, isFree = true) =>
    new QueueRunner({
      ...{ records, clock: here.clock, node, isFree: () => isFree },
      judge: () => Promise.resolve(verdict),
      words: ({ reasons }) => reasons.map(({ code }) => code).join(', '),
      takeApproval: async ({ approval, ...record }) =>
        approval === undefined ||
        (await here.approvals.take(approval, { ...record, person: record.requestedBy })) !== undefined,
      launch: (record) => {
        begun.push(`${node} ${record.subject}`);
        return Promise.resolve(launched);
      },
      audit: {
        note: ({ by, decision }) => Promise.resolve(String(noted.push(`${by} ${decision}`))),
        conclude: () => Promise.resolve(),
      },
      log: { info: () => {}, warn: () => {}, error: () => {} },
    });

  it('begins what may begin on exactly one of three nodes', async () => {
    await add();
    const nodes = ['node1', 'node2', 'node3'].map((name) => runnerOn(name));
    await Promise.all(nodes.map((node) => node.look()));
    await Promise.all(nodes.map((node) => node.look()));
    expect(begun).toHaveLength(1);
    expect(await only()).toMatchObject({ state: 'started', operationId: 'operation-1' });
    expect(noted).toEqual(['queue allow']);
  });

  it('begins the oldest first, and one at a time', async () => {
    await add();
    here.clock.pass(1);
    await add({ subject: 'map', hash: 'hash of map' });
    await runnerOn('node1').look();
    expect(begun).toEqual(['node1 departments']);
    await runnerOn('node1').look();
    expect(begun).toEqual(['node1 departments', 'node1 map']);
  });

  it('begins nothing on a node that does not serve', async () => {
    await add();
    await runnerOn('node1', false).look();
    expect(begun).toEqual([]);
  });

  it.each([
    ['a window that is closed again', refusing('wait', 'outside-windows', { nextWindow: 99 }), 99],
    ['a freeze', refusing('wait', 'frozen'), undefined],
    ['an approval that is needed', refusing('approve', 'approval-needed'), undefined],
    ['another operation', refusing('deny', 'operation-running'), undefined],
  ])('leaves it waiting for %s, with words', async (_what, answer, startsAt) => {
    await add({}, { startsAt: 5 });
    verdict = answer;
    await runnerOn('node1').look();
    expect(await only()).toMatchObject({ state: 'waiting', result: answer.reasons[0]?.code });
    expect((await only())?.startsAt).toBe(startsAt);
    verdict = ALLOW;
    await runnerOn('node1').look();
    expect(await only()).toMatchObject({ state: 'started' });
  });

  it.each(['denied', 'no-right'] as const)('gives up when it is %s', async (code) => {
    await add();
    verdict = refusing('deny', code);
    await Promise.all([runnerOn('node1').look(), runnerOn('node2').look()]);
    verdict = ALLOW;
    await runnerOn('node1').look();
    expect(await only()).toMatchObject({ state: 'missed', result: code });
    expect([begun, noted]).toEqual([[], ['queue deny']]);
  });

  it('gives up after two weeks', async () => {
    await add();
    verdict = refusing('wait', 'frozen');
    here.clock.pass(14 * DAY);
    await runnerOn('node1').look();
    expect(await only()).toMatchObject({ state: 'missed' });
  });

  it('goes on waiting when somebody else begins in the same moment, and fails with what cannot be', async () => {
    await add();
    launched = { outcome: 'waits', why: 'node2 runs backup.' };
    await runnerOn('node1').look();
    expect(await only()).toMatchObject({ state: 'waiting', result: 'node2 runs backup.' });
    launched = { outcome: 'failed', why: 'There is no such plugin.' };
    await runnerOn('node1').look();
    expect(await only()).toMatchObject({ state: 'failed', result: 'There is no such plugin.' });
  });

  it('uses its approval, once', async () => {
    const asked = await ok(here.approvals.request(boundOf(), 'needed'));
    await ok(here.approvals.decide('approved', { id: asked.id }, { name: 'Boris', identity: 'user 2' }));
    await add({}, { approval: asked.id });
    await runnerOn('node1').look();
    expect(begun).toHaveLength(1);
    expect(await here.approvals.take(asked.id, boundOf())).toBeUndefined();
    await add({}, { approval: asked.id });
    await runnerOn('node1').look();
    expect(begun).toHaveLength(1);
    expect(await only()).toMatchObject({ state: 'waiting' });
  });

  it('begins nothing by an approval whose time is over, and gives up in the end', async () => {
    const asked = await ok(here.approvals.request(boundOf(), 'needed'));
    await ok(here.approvals.decide('approved', { id: asked.id }, { name: 'Boris', identity: 'user 2' }));
    await add({}, { approval: asked.id });
    here.clock.pass(DAY);
    await runnerOn('node1').look();
    expect(await only()).toMatchObject({ state: 'waiting', result: 'Its approval is used or over.' });
    here.clock.pass(13 * DAY);
    await runnerOn('node1').look();
    expect(await only()).toMatchObject({ state: 'missed' });
    expect(begun).toEqual([]);
  });

  it('tells of a node that disappeared before it began', async () => {
    await add();
    launched = { outcome: 'began', operationId: 'x' };
    const [seen] = await records.list(1);
    if (!seen) throw new Error('There is no row.');
    const started = { ...seen.record, state: 'started', startedBy: 'node1', startedAt: here.clock.wall() } as const;
    expect(await records.replace(seen, started)).toBe(true);
    await runnerOn('node2').look();
    expect(await only()).toMatchObject({ state: 'started' });
    here.clock.pass(5 * 60_000);
    await runnerOn('node2').look();
    expect(await only()).toMatchObject({ state: 'failed', result: 'node1 disappeared before it began.' });
    expect(begun).toEqual([]);
  });

  it('shows what became of it', async () => {
    await add();
    await runnerOn('node1').look();
    const record = ended({ ...draftOf('operation-1'), epoch: 1 });
    operations.set('operation-1', record);
    expect(await only()).toMatchObject({ state: 'started', result: 'done' });
    operations.set('operation-1', { ...record, result: 'aborted', reason: 'A node did not drain.' });
    expect(await only()).toMatchObject({ state: 'failed', result: 'aborted: A node did not drain.' });
  });

  it('lets people take back what waits, and nothing else', async () => {
    const { id } = await add();
    await ok(queue.withdraw(id));
    await runnerOn('node1').look();
    expect(begun).toEqual([]);
    expect(await queue.withdraw(id)).toMatchObject({ ok: false, status: 409 });
    expect(await queue.withdraw('unknown')).toMatchObject({ ok: false, status: 404 });
  });

  it('takes nothing that cannot wait, and the same once', async () => {
    await add();
    expect(await queue.add(boundOf(), wish)).toMatchObject({ ok: false, status: 409 });
    expect(await queue.add(boundOf({ action: 'backups:restore', hash: 'x' }), wish)).toMatchObject({ ok: false });
  });

  it('begins nothing that was written around the plugin', async () => {
    await add();
    const [row] = await here.rows.queue.list(1);
    if (!row) throw new Error('There is no row.');
    const record = row.record.replaceAll('departments', 'something-else');
    expect(await here.rows.queue.replace(row, { ...row, record, seal: `${row.seal} ` })).toBe(true);
    await runnerOn('node1').look();
    expect(begun).toEqual([]);
  });
});

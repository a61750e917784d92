import { beforeEach, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import type { Ledger } from '../../src/server/ports';
import { draftOf, ended, reportOf } from './coordination-samples';
import type { LedgerUnderTest } from './ledger-subject';

/** Time by the clock of the database: what it says may be a little more than what a test has let pass. */
const SLACK = 2_000;

export function ageContract(subject: () => LedgerUnderTest): void {
  let ledger: Ledger;
  let other: Ledger;
  beforeEach(async () => {
    [ledger, other] = [await subject().open(), await subject().open()];
  });

  const standing: OperationRecord = {
    ...draftOf('a', { id: 'operation 1', kind: 'maintenance', phase: 'working' }),
    epoch: 1,
    maintenance: { message: 'Back soon.', expiresInSeconds: 60, openNode: '部门', enteredBy: 'user 1' },
  };

  it('tells every process for how long a record has been as it is', async () => {
    await ledger.write({ ...standing, phase: 'draining' });
    await subject().pass(400);
    await ledger.write({ ...standing, revision: 1 });
    expect(await other.age(standing.id)).toBeLessThan(400);
    await subject().pass(400);
    const age = (await other.age(standing.id)) ?? NaN;
    expect(age).toBeGreaterThanOrEqual(390);
    expect(age).toBeLessThan(400 + SLACK);
    expect(await other.find(standing.id)).toMatchObject({ maintenance: standing.maintenance });
  });

  it('counts on when a word arrives that is late', async () => {
    await ledger.write({ ...standing, revision: 5 });
    await subject().pass(400);
    await other.write({ ...standing, revision: 4 });
    expect(await ledger.age(standing.id)).toBeGreaterThanOrEqual(390);
  });

  it('does not know the age of what is not there, or came with a dump, until it is written again', async () => {
    expect(await ledger.age(standing.id)).toBeUndefined();
    await ledger.write(standing);
    const load = await subject().dump();
    await ledger.write(ended(standing));
    await load();
    expect(await other.age(standing.id)).toBeUndefined();
    await other.write(standing);
    expect(await ledger.age(standing.id)).toBeLessThan(SLACK);
    expect(await ledger.latest()).toEqual(standing);
  });

  it('knows for which quiet operation a process without the store has stopped writing', async () => {
    const node = { bootId: 'boot-a', name: 'node a', sentAt: 0 };
    await ledger.join(node);
    await ledger.report(reportOf('boot-a', { name: 'node a', quietFor: 7, sentAt: 1 }));
    expect(await other.nodes()).toMatchObject([{ bootId: 'boot-a', quietFor: 7 }]);
    await ledger.join({ ...node, sentAt: 2 });
    expect((await other.nodes())[0]?.quietFor).toBeUndefined();
    await ledger.leave();
  });
}

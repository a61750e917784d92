import type { OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import type { Coordination, Ledger } from '../ports';
import type { BeginOutcome } from './coordinator';
import type { Journal } from './journal';

export interface InPlaceOfDeps {
  readonly coordination: Coordination;
  readonly ledger: Pick<Ledger, 'write'>;
  readonly journal: Pick<Journal, 'keepAll'>;
  readonly clock: Pick<Clock, 'wall'>;
}

/**
 * Ends a held operation for a new one, which `begin` begins as `afterHeld`. When that does not even begin, the old one is
 * held again: what it has left is still there, and nobody may serve it. `moved`: somebody else has resolved it.
 */
export async function inPlaceOf(
  held: OperationRecord,
  why: string,
  begin: () => Promise<BeginOutcome>,
  { coordination, ledger, journal, clock }: InPlaceOfDeps,
): Promise<BeginOutcome | 'moved'> {
  const end = { phase: 'idle', result: 'failed', endedAt: clock.wall(), revision: held.revision + 1 } as const;
  const over = { ...held, ...end, reason: `${held.reason ?? ''} ${why}`.trim() };
  if ((await coordination.state.settle(held, over)) === 'moved') return 'moved';
  const holdAgain = async () => {
    const { retryOn: _node, rollsBack: _how, ...rest } = held;
    await coordination.state.settle(over, { ...rest, revision: over.revision + 1 });
    await coordination.bus.hint();
  };
  const begun = await begin().catch(async (error: unknown) => {
    await holdAgain();
    throw error;
  });
  if (begun.outcome === 'busy') await holdAgain();
  // Where this fails the history alone shows it as held: the new operation is the newest.
  else await ledger.write(over).catch(() => undefined);
  await journal.keepAll(held.id);
  return begun;
}

import type { OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { Ledger, Log } from '../ports';
import type { Journal } from './journal';

export interface FollowedDeps {
  readonly ledger: Pick<Ledger, 'write'>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A held operation has been taken up by `next`, which stands in its place in the store already: its own story ends here.
 * The new one does not depend on whether that could be written.
 */
export async function endFollowed(
  held: OperationRecord,
  next: OperationRecord,
  said: string,
  deps: FollowedDeps,
): Promise<void> {
  const { ledger, journal, clock, log } = deps;
  const reason = `${held.reason ?? ''} ${said}`.trim();
  const end = { phase: 'idle', result: 'failed', endedAt: clock.wall(), revision: held.revision + 1 } as const;
  try {
    // In this order: a node that cannot reach the store would take the end of what it had stopped for as the end of it all.
    await ledger.write(next);
    await ledger.write({ ...held, ...end, reason });
    await journal.keepAll(held.id);
  } catch (error) {
    log.warn(`The end of a held operation could not be stored: ${sentence(error)}`, { operation: held.id });
  }
}

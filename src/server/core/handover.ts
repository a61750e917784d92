import type { NodeRef, OperationRecord } from '../../shared/domain';
import { isSettling } from './machine';
import { isOver } from './node-machine';
import { isLeftOpen, isManual } from './standing';

/**
 * True when another node serves, or is just about to: the leader does so first, while the others load. After work that
 * failed it loads anew itself, so there is nowhere to go. A manual maintenance may leave one node open.
 */
export function servesElsewhere(record: OperationRecord | undefined, self: NodeRef): boolean {
  if (!record || isOver(record)) return false;
  if (isManual(record)) return record.maintenance?.openNode !== undefined && !isLeftOpen(record, self);
  if (record.leader.bootId === self.bootId) return false;
  return isSettling(record.phase) && record.reason === undefined;
}

import type { OperationRecord } from '../../shared/domain';
import { isSettling } from './machine';
import { isOver } from './node-machine';

/**
 * True when another node serves, or is just about to: the leader does so first, while the others load. After work that
 * failed it loads anew itself, so there is nowhere to go.
 */
export function servesElsewhere(record: OperationRecord | undefined, bootId: string): boolean {
  if (!record || isOver(record) || record.leader.bootId === bootId) return false;
  return isSettling(record.phase) && record.reason === undefined;
}

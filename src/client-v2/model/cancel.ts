import type { ClusterPhase, OperationRecord } from '../../shared/domain';

const BEFORE_THE_CHANGE: ReadonlySet<ClusterPhase> = new Set<ClusterPhase>(['acquiring', 'draining']);

/** Whether it makes sense to offer it: the server decides, and may say that it is too late. */
export function isCancellable({ phase, changed, cancelledBy }: OperationRecord): boolean {
  return BEFORE_THE_CHANGE.has(phase) && !changed && cancelledBy === undefined;
}

/** Who cancelled, where the server's own sentence does not tell: an operation may end for another reason meanwhile. */
export function untoldCanceller({ cancelledBy, reason }: OperationRecord): string | undefined {
  return cancelledBy !== undefined && !reason?.includes(cancelledBy) ? cancelledBy : undefined;
}

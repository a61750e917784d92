import type { OperationRecord } from '../../shared/domain';

/** Somebody works by hand: every node has stopped, and no process leads it. Until then it is an operation like others. */
export function isManual({ kind, phase }: Pick<OperationRecord, 'kind' | 'phase'>): boolean {
  return kind === 'maintenance' && phase === 'working';
}

import type { NodeRef, OperationRecord } from '../../shared/domain';

type Standing = Pick<OperationRecord, 'kind' | 'phase' | 'result'>;

/** Somebody works outside NocoBase: it began with a leader, as every operation does, and nobody leads it any more. */
export function isManual({ kind, phase, result }: Standing): boolean {
  return kind === 'maintenance' && phase === 'working' && result === undefined;
}

/**
 * An operation that stands needs no leader, so nobody settles it because its lease is gone: a held one waits for its
 * resolution, a manual maintenance for its exit or its time limit.
 */
export function isStanding(record: Standing): boolean {
  return isManual(record) || (record.phase === 'held' && record.result === undefined);
}

/** An upgrade is complete, and waits for somebody who looks at the node that did it: admins may be let in there. */
export function isLookedAt({ kind, phase, result, target }: Standing & Pick<OperationRecord, 'target'>): boolean {
  return kind === 'upgrade' && phase === 'held' && result === undefined && target !== '';
}

/** The one node that a manual maintenance leaves open. By its name, which survives a restart. */
export function isLeftOpen({ maintenance }: OperationRecord, { name }: Pick<NodeRef, 'name'>): boolean {
  return maintenance?.openNode !== undefined && maintenance.openNode === name;
}

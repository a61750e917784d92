import type { OperationRecord } from '../../shared/domain';
import type { Translate } from '../locale';
import { KIND_LABELS, labelOf } from '../model/labels';
import { formatClock } from '../model/time';

/** How long it took; of one that is not over nobody knows yet. */
export function durationOf({ startedAt, endedAt }: OperationRecord): string {
  if (endedAt === undefined) return '–';
  const ms = Math.max(0, endedAt - startedAt);
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : formatClock(ms);
}

/** The words of the operation that a roll-back takes back; its subject begins with the kind of that one. */
export function rolledBackBy({ kind, subject }: OperationRecord, t: Translate): string | undefined {
  if (kind !== 'roll-back') return undefined;
  const [first = '', ...rest] = subject.split(' ');
  return [t(labelOf<string>(KIND_LABELS, first)), ...rest].join(' ');
}

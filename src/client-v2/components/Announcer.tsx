import React from 'react';
import type { StatusBody } from '../../shared/api';
import { useT, type Translate } from '../locale';
import { CLUSTER_PHASE_LABELS, KIND_LABELS, RESULT_LABELS, labelOf } from '../model/labels';

/** Seen by nobody, read out by screen readers. */
const UNSEEN = {
  position: 'absolute',
  width: 1,
  height: 1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
} as const;

/** Tells screen readers politely when an operation starts, moves on or ends. Clocks and counters stay out of it. */
export function Announcer({ body }: { readonly body: StatusBody }) {
  const t = useT();
  return (
    <div role="status" aria-live="polite" style={UNSEEN}>
      {announcement(body, t)}
    </div>
  );
}

export function announcement({ online, operation, lastOperation }: StatusBody, t: Translate): string {
  if (!online) return t('The coordination is offline.');
  if (operation) return sentence(operation, t(labelOf(CLUSTER_PHASE_LABELS, operation.phase)), t);
  if (lastOperation?.result) return sentence(lastOperation, t(labelOf(RESULT_LABELS, lastOperation.result)), t);
  return t('No operation is running.');
}

function sentence({ kind, subject }: NonNullable<StatusBody['operation']>, state: string, t: Translate): string {
  return [t(labelOf(KIND_LABELS, kind)), subject, state].filter((part) => part !== '').join(', ');
}

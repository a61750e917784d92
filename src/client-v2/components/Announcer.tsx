import React from 'react';
import type { StatusBody } from '../../shared/api';
import type { OperationRecord } from '../../shared/domain';
import { useT, type Translate } from '../locale';
import { CLUSTER_PHASE_LABELS, KIND_LABELS, RESULT_LABELS, labelOf } from '../model/labels';
import { standstillOf } from '../model/waysOut';

/** Seen by nobody, read out by screen readers. */
export const UNSEEN = {
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

export function announcement(body: StatusBody, t: Translate): string {
  const { online, operation, lastOperation } = body;
  if (!online) return t('The coordination is offline.');
  if (operation) {
    const state = t(labelOf(CLUSTER_PHASE_LABELS, operation.phase));
    const news = troubles(body, operation, t).join(' ');
    return [sentence(operation, state, t), news].filter((part) => part !== '').join('. ');
  }
  if (lastOperation?.result) return sentence(lastOperation, t(labelOf(RESULT_LABELS, lastOperation.result)), t);
  return t('No operation is running.');
}

function sentence({ kind, subject }: OperationRecord, state: string, t: Translate): string {
  return [t(labelOf(KIND_LABELS, kind)), subject, state].filter((part) => part !== '').join(', ');
}

/** What keeps the operation from going on, or makes it stop. */
function troubles(body: StatusBody, { leader, cancelledBy }: OperationRecord, t: Translate): string[] {
  const silent = body.silentNodes ?? [];
  return [
    cancelledBy !== undefined && t('{{name}} asked to cancel; the leader stops.', { name: cancelledBy }),
    standstillOf(body) === 'leader-silent' && t('{{name}} does not answer.', { name: leader.name }),
    ...silent.map(({ name }) => t('{{name}} does not answer.', { name })),
  ].filter((part) => part !== false);
}

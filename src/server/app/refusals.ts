import type { ActionContext } from '@nocobase/server';
import { ERROR_CODES } from '../../shared/api';
import type { OperationRecord } from '../../shared/domain';
import { isOver } from '../core/node-machine';
import { manualSentence } from '../core/sentences';
import { isManual } from '../core/standing';

/** An answer of design.md section 3. The host's own error handler would drop all but message and code. */
export interface Refusal {
  readonly status: number;
  readonly error: { readonly code: string; readonly message: string } & Readonly<Record<string, unknown>>;
}

/**
 * The same for whoever asks a drained node. Nobody has looked who that is, so it does not say for whom the operation is.
 */
export function busyBody(record: OperationRecord | undefined): object | undefined {
  return record && !isOver(record) ? { errors: [busy(record, '').error] } : undefined;
}

/** The holder stands in fields, too, so that a client can show it without parsing the sentence. */
export function busy(record: OperationRecord | undefined, whom = ` for ${record?.requestedBy}`): Refusal {
  if (!record) return refusal(409, ERROR_CODES.inProgress, 'Another operation is just beginning; try again.');
  const { id: operationId, leader, kind, phase, startedAt: since } = record;
  const what = [kind, record.subject].filter(Boolean).join(' ');
  const runs = `${leader.name} runs ${what}${whom} since ${new Date(since).toISOString()} (${phase}).`;
  // The reason of work by hand is for those who may know the name, too.
  const byHand = whom === '' ? 'A manual maintenance is under way.' : isManual(record) ? manualSentence(record) : runs;
  const message = record.maintenance ? byHand : runs;
  return refusal(409, ERROR_CODES.inProgress, message, { operationId, holder: leader.name, kind, phase, since });
}

export function refusal(status: number, code: string, message: string, more: object = {}): Refusal {
  return { status, error: { code, message, ...more } };
}

export function refuse(ctx: ActionContext, { status, error }: Refusal): void {
  ctx.status = status;
  ctx.withoutDataWrapping = true;
  ctx.body = { errors: [error] };
}

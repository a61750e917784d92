import type { OperationRecord } from '../../../shared/domain';
import { MaintenanceError } from '../../core/errors';
import { holderSentence } from '../../core/sentences';
import type { WorkErrorCode, WorkFailure, WorkHolder } from './contract';

const STATUS: Readonly<Record<WorkErrorCode, number>> = {
  MAINTENANCE_IN_PROGRESS: 409,
  MAINTENANCE_COORDINATION_OFFLINE: 503,
  MAINTENANCE_ABORTED: 409,
  MAINTENANCE_LOST: 500,
  MAINTENANCE_INVALID_REQUEST: 400,
};

/** Work that could not begin, or that was not alone to its end. */
export class WorkError extends MaintenanceError implements WorkFailure {
  constructor(
    override readonly code: WorkErrorCode,
    message: string,
    readonly holder: WorkHolder | undefined = undefined,
  ) {
    super(code, STATUS[code], message);
  }
}

export function busyError(what: string, record: OperationRecord | undefined): WorkError {
  if (!record)
    return new WorkError('MAINTENANCE_IN_PROGRESS', `${what}: another operation is just beginning; try again.`);
  const { id: operationId, leader, kind, subject, phase, startedAt: since } = record;
  const message = `${what} has to wait. ${holderSentence(record)} (${phase}).`;
  return new WorkError('MAINTENANCE_IN_PROGRESS', message, {
    operationId,
    node: leader.name,
    kind,
    subject,
    phase,
    since,
  });
}

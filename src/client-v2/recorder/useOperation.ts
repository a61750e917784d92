import { useCallback } from 'react';
import type { OperationBody } from '../../shared/api';
import { useClusterApi } from '../status/api';
import { useAnswer, type Answer } from '../status/useAnswer';

/** While it goes on, its journal grows. */
const EVERY_MS = 2_000;

export function useOperation(operationId: string): Answer<OperationBody> {
  const api = useClusterApi();
  const load = useCallback((signal: AbortSignal) => api.operation(operationId, signal), [api, operationId]);
  return useAnswer(load, untilOver);
}

function untilOver(body: OperationBody | undefined): number {
  return body?.operation.result === undefined ? EVERY_MS : 0;
}

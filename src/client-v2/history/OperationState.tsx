import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { PhaseTag } from '../components/PhaseTag';
import { ResultTag } from '../components/ResultTag';

/** How it ended, or what it is doing. */
export function OperationState({ operation }: { readonly operation: OperationRecord }) {
  return operation.result ? <ResultTag result={operation.result} /> : <PhaseTag phase={operation.phase} />;
}

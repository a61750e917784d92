import { Flex, Steps, Typography } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useT } from '../locale';
import { CLUSTER_PHASE_LABELS, labelOf } from '../model/labels';
import { EXPLANATIONS, STEP_PHASES, stepsOf } from '../model/steps';

/** How far the operation is, and what that means. */
export function OperationSteps({ operation }: { readonly operation: OperationRecord }) {
  const t = useT();
  const states = stepsOf(operation);
  const items = STEP_PHASES.map((phase, index) => {
    return { title: t(labelOf(CLUSTER_PHASE_LABELS, phase)), status: states[index] ?? 'wait' };
  });
  const explanation = EXPLANATIONS[operation.phase];
  return (
    <Flex vertical gap="middle">
      <Steps size="small" items={items} style={{ overflowWrap: 'anywhere' }} />
      {explanation && <Typography.Text>{t(explanation)}</Typography.Text>}
    </Flex>
  );
}

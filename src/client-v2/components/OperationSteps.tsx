import { LoadingOutlined } from '@ant-design/icons';
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
    const status = states[index] ?? 'wait';
    const title = t(labelOf(CLUSTER_PHASE_LABELS, phase));
    return { title, status, ...(status === 'process' && { icon: <LoadingOutlined aria-hidden /> }) };
  });
  const explanation = EXPLANATIONS[operation.phase];
  return (
    <Flex vertical gap="middle">
      <Steps size="small" items={items} />
      {explanation && <Typography.Text>{t(explanation)}</Typography.Text>}
    </Flex>
  );
}

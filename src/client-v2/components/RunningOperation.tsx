import { Card, Flex, Space, Tag } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useT } from '../locale';
import type { AnswerTime } from '../status/useAge';
import { Elapsed } from './Elapsed';
import { HeldNotice } from './HeldNotice';
import { Notice } from './Notice';
import { OperationFacts } from './OperationFacts';
import { OperationSteps } from './OperationSteps';
import { OperationTitle } from './OperationTitle';
import { PhaseTag } from './PhaseTag';
import { useTight } from './useTight';

export interface RunningOperationProps {
  readonly operation: OperationRecord;
  readonly answer: AnswerTime;
  readonly onResolved: () => void;
}

export function RunningOperation({ operation, answer, onResolved }: RunningOperationProps) {
  const tight = useTight();
  return (
    <Card
      size={tight ? 'small' : 'default'}
      title={<Header operation={operation} answer={answer} />}
      styles={{ title: { whiteSpace: 'normal' } }}
    >
      <Flex vertical gap="large">
        {operation.phase === 'held' && <HeldNotice operation={operation} onResolved={onResolved} />}
        {operation.phase === 'aborting' && <AbortingNotice reason={operation.reason} />}
        <OperationSteps operation={operation} />
        <OperationFacts operation={operation} />
      </Flex>
    </Card>
  );
}

function Header({ operation, answer }: Omit<RunningOperationProps, 'onResolved'>) {
  const t = useT();
  return (
    <Flex wrap justify="space-between" align="center" gap="small" style={{ paddingBlock: 8 }}>
      <OperationTitle operation={operation} />
      <Space size={['middle', 'small']} wrap style={{ fontWeight: 'normal' }}>
        {operation.scope === 'writes' && <Tag style={{ marginInlineEnd: 0 }}>{t('Reads are still served')}</Tag>}
        <PhaseTag phase={operation.phase} />
        <Elapsed since={operation.startedAt} answer={answer} />
      </Space>
    </Flex>
  );
}

function AbortingNotice({ reason }: { readonly reason: string | undefined }) {
  const t = useT();
  return (
    <Notice
      type="warning"
      message={t('Nothing has been changed. The nodes go back to serving.')}
      description={reason}
    />
  );
}

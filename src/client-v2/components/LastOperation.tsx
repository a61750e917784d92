import { Flex, Space, Typography } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { RecorderLink } from '../history/RecorderLink';
import { useLanguage, useT } from '../locale';
import { untoldCanceller } from '../model/cancel';
import { formatAgo, formatClock } from '../model/time';
import { useAge, type AnswerTime } from '../status/useAge';
import { requesterOf } from './OperationFacts';
import { OperationTitle } from './OperationTitle';
import { ResultTag } from './ResultTag';
import { RollBackButton } from './RollBackButton';

export interface LastOperationProps {
  readonly operation: OperationRecord;
  readonly answer: AnswerTime;
}

/** The operation that ended last, in one line and, if it did not go well, the reason below. */
export function LastOperation({ operation, answer }: LastOperationProps) {
  const t = useT();
  const canceller = untoldCanceller(operation);
  return (
    <Flex vertical gap={4}>
      <Space size={[12, 4]} wrap>
        <Typography.Text type="secondary">{t('Last operation')}</Typography.Text>
        <OperationTitle operation={operation} />
        {operation.result && <ResultTag result={operation.result} />}
        {operation.backup && <RollBackButton operation={operation} />}
        <Typography.Text type="secondary">
          <Ended operation={operation} answer={answer} />
          {' · '}
          {t('Requested by {{name}}', { name: requesterOf(operation, t) })}
          {canceller !== undefined && ` · ${t('Cancelled by {{name}}', { name: canceller })}`}
        </Typography.Text>
        <RecorderLink operationId={operation.id} />
      </Space>
      {operation.reason && <Typography.Text>{operation.reason}</Typography.Text>}
    </Flex>
  );
}

function Ended({ operation, answer }: LastOperationProps) {
  const t = useT();
  const endedAt = operation.endedAt ?? operation.phaseSince;
  const ago = formatAgo(useAge(endedAt, answer), useLanguage());
  return <>{t('Ended {{ago}} after {{duration}}', { ago, duration: formatClock(endedAt - operation.startedAt) })}</>;
}

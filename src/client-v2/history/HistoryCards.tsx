import { Flex, theme, Typography } from 'antd';
import React, { memo } from 'react';
import type { OperationRecord } from '../../shared/domain';
import { requesterOf } from '../components/OperationFacts';
import { useLanguage, useT } from '../locale';
import { formatMoment } from '../model/time';
import { BackupLink } from './BackupLink';
import type { OperationsProps } from './HistoryTable';
import { OperationName } from './OperationName';
import { OperationState } from './OperationState';
import { OperationWhy } from './OperationWhy';
import { durationOf } from './words';

/** The same where there is no room for columns. */
export const HistoryCards = memo(OperationCards);

function OperationCards({ operations }: OperationsProps) {
  const { token } = theme.useToken();
  const line = `${token.lineWidth}px solid ${token.colorSplit}`;
  return (
    <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {operations.map((operation, index) => (
        <li
          key={operation.id}
          style={{ paddingBlock: token.paddingSM, ...(index > 0 ? { borderBlockStart: line } : {}) }}
        >
          <OperationCard operation={operation} />
        </li>
      ))}
    </ul>
  );
}

function OperationCard({ operation }: { readonly operation: OperationRecord }) {
  const t = useT();
  const language = useLanguage();
  const facts = [
    formatMoment(operation.startedAt, language),
    durationOf(operation),
    t('Requested by {{name}}', { name: requesterOf(operation, t) }),
  ];
  return (
    <Flex vertical gap={4}>
      <Flex wrap justify="space-between" gap="small">
        <OperationName operation={operation} />
        <OperationState operation={operation} />
      </Flex>
      <Typography.Text type="secondary">{facts.join(' · ')}</Typography.Text>
      <OperationWhy operation={operation} />
      {operation.backup && <BackupLink backup={operation.backup} />}
    </Flex>
  );
}

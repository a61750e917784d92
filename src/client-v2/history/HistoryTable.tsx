import { Table, type TableColumnsType } from 'antd';
import React, { memo, useMemo } from 'react';
import type { OperationRecord } from '../../shared/domain';
import { requesterOf } from '../components/OperationFacts';
import { useLanguage, useT, type Translate } from '../locale';
import { formatMoment } from '../model/time';
import { BackupLink } from './BackupLink';
import { OperationName } from './OperationName';
import { OperationState } from './OperationState';
import { hasWhy, OperationWhy } from './OperationWhy';
import { durationOf } from './words';

export interface OperationsProps {
  readonly operations: readonly OperationRecord[];
}

const MIN_WIDTH = 820;
const PLAIN = { background: 'transparent', fontWeight: 'normal' } as const;
const DIGITS = { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } as const;

/** On a wide screen. A reason takes the whole width below its operation: sentences need room. */
export const HistoryTable = memo(OperationsTable);

function OperationsTable({ operations }: OperationsProps) {
  const t = useT();
  const language = useLanguage();
  const columns = useMemo(() => columnsOf(t, language), [t, language]);
  return (
    <Table<OperationRecord>
      rowKey="id"
      size="middle"
      columns={columns}
      dataSource={[...operations]}
      expandable={{
        showExpandColumn: false,
        expandedRowKeys: operations.filter(hasWhy).map(({ id }) => id),
        expandedRowRender: (operation) => <OperationWhy operation={operation} />,
      }}
      scroll={{ x: MIN_WIDTH }}
      pagination={false}
    />
  );
}

function columnsOf(t: Translate, language: string): TableColumnsType<OperationRecord> {
  return [
    {
      key: 'name',
      title: t('Operation'),
      rowScope: 'row',
      onCell: () => ({ style: PLAIN }),
      render: (_, operation) => <OperationName operation={operation} />,
    },
    { key: 'state', title: t('Result'), render: (_, operation) => <OperationState operation={operation} /> },
    {
      key: 'startedAt',
      title: t('Begun'),
      render: (_, { startedAt }) => <span style={DIGITS}>{formatMoment(startedAt, language)}</span>,
    },
    {
      key: 'duration',
      title: t('Duration'),
      align: 'right',
      render: (_, operation) => <span style={DIGITS}>{durationOf(operation)}</span>,
    },
    { key: 'requestedBy', title: t('Requested by'), render: (_, operation) => requesterOf(operation, t) },
    { key: 'backup', title: t('Backup'), render: (_, { backup }) => backup && <BackupLink backup={backup} /> },
  ];
}

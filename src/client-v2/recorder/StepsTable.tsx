import { Table, Typography, type TableColumnsType } from 'antd';
import React, { useMemo } from 'react';
import type { JournalEntry } from '../../shared/domain';
import { useLanguage, useT, type Translate } from '../locale';
import { formatMoment, formatTime } from '../model/time';
import { isTrouble } from './colors';
import { eventOf, wordsOf } from './words';

export interface StepsTableProps {
  readonly steps: readonly JournalEntry[];
  readonly label: string;
}

const PAGE_SIZE = 100;
const DIGITS = { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } as const;

/** Lines of the journal in the order of what happened. */
export function StepsTable({ steps, label }: StepsTableProps) {
  const t = useT();
  const language = useLanguage();
  const columns = useMemo(() => columnsOf(t, language), [t, language]);
  return (
    <Table<JournalEntry>
      aria-label={label}
      rowKey={({ node, seq }) => `${node.bootId} ${seq}`}
      size="small"
      columns={columns}
      dataSource={[...steps]}
      pagination={{ pageSize: PAGE_SIZE, hideOnSinglePage: true, showSizeChanger: false }}
    />
  );
}

function columnsOf(t: Translate, language: string): TableColumnsType<JournalEntry> {
  return [
    {
      key: 'at',
      title: t('Time'),
      render: (_, { at }) => (
        <time dateTime={new Date(at).toISOString()} title={formatMoment(at, language)} style={DIGITS}>
          {formatTime(at, language)}
        </time>
      ),
    },
    { key: 'node', title: t('Node'), render: (_, { node }) => node.name },
    {
      key: 'event',
      title: t('Step'),
      render: (_, entry) => {
        const words = eventOf(entry, t);
        return isTrouble(entry.event) ? <Typography.Text type="danger">{words}</Typography.Text> : words;
      },
    },
    {
      key: 'text',
      title: t('What happened'),
      width: '60%',
      render: (_, entry) => <span style={{ overflowWrap: 'anywhere' }}>{wordsOf(entry, t)}</span>,
    },
  ];
}

import { Flex, Table, Typography, type TableColumnsType } from 'antd';
import React, { useMemo } from 'react';
import { useT, type Translate } from '../../locale';
import { ENVIRONMENT_LABELS } from '../labels';
import { DemandTag } from './DemandTag';
import { RuleButtons } from './RuleButtons';
import { UnknownHint } from './UnknownHint';
import { inOrder, subjectOf, type IndexedRule, type RulesProps } from './ruleWords';

const WRAP = { overflowWrap: 'anywhere' } as const;
const PLAIN = { background: 'transparent', fontWeight: 'normal' } as const;

export function RulesTable(props: RulesProps) {
  const t = useT();
  const rows = useMemo(() => [...inOrder(props.rules)], [props.rules]);
  return (
    <Table<IndexedRule>
      rowKey="index"
      size="middle"
      columns={columnsOf(props, t)}
      dataSource={rows}
      pagination={false}
      locale={{ emptyText: t('There are no rules: everything is allowed.') }}
    />
  );
}

function columnsOf(props: RulesProps, t: Translate): TableColumnsType<IndexedRule> {
  const columns: TableColumnsType<IndexedRule> = [
    {
      key: 'subject',
      title: t('What'),
      rowScope: 'row',
      onCell: () => ({ style: PLAIN }),
      render: (_, { rule }) => <RuleSubject rule={rule} />,
    },
    { key: 'where', title: t('Where'), render: (_, { rule }) => whereOf(rule, t) },
    { key: 'role', title: t('Role'), render: (_, { rule }) => rule.role ?? t('Everyone') },
    { key: 'demand', title: t('What is asked'), render: (_, { rule }) => <DemandTag demand={rule.demand} /> },
    {
      key: 'windows',
      title: t('When'),
      render: (_, { rule }) => (rule.inWindows ? t('Only in windows') : t('At any time')),
    },
  ];
  if (!props.editable) return columns;
  const buttons = (_: unknown, { rule, index }: IndexedRule) => <RuleButtons {...props} rule={rule} index={index} />;
  return [...columns, { key: 'buttons', align: 'end', render: buttons }];
}

export function RuleSubject({ rule }: Pick<IndexedRule, 'rule'>) {
  const t = useT();
  const subject = subjectOf(rule, t);
  if (rule.action === undefined) return <span style={WRAP}>{subject}</span>;
  return (
    <Flex vertical gap={4} align="start">
      <Typography.Text code style={WRAP}>
        {subject}
      </Typography.Text>
      <UnknownHint action={rule.action} />
    </Flex>
  );
}

export function whereOf({ environment }: IndexedRule['rule'], t: Translate): string {
  return environment === undefined ? t('Everywhere') : t(ENVIRONMENT_LABELS[environment]);
}

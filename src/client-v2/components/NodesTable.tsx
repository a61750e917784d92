import { Table, type TableColumnsType } from 'antd';
import React, { useMemo } from 'react';
import type { NodeView } from '../../shared/api';
import type { OperationRecord } from '../../shared/domain';
import { useT, type Translate } from '../locale';
import type { AnswerTime } from '../status/useAge';
import { Ago } from './Ago';
import { FingerprintMark } from './FingerprintMark';
import { FingerprintTitle } from './FingerprintTitle';
import { NodeName } from './NodeName';
import { hasReason, NodeReason } from './NodeReason';
import { NodeStateTag } from './NodeStateTag';

export interface NodesProps {
  readonly nodes: readonly NodeView[];
  readonly operation: OperationRecord | undefined;
  /** Boot id of the node that answers this browser, if it is always the same one. */
  readonly connected: string | undefined;
  readonly answer: AnswerTime;
}

const PAGE_SIZE = 50;
const MIN_WIDTH = 800;
/** A row header for screen readers, a cell like the others for the eye. */
const PLAIN = { background: 'transparent', fontWeight: 'normal' } as const;
const NUMBERS = { fontVariantNumeric: 'tabular-nums' } as const;

/** The roster on a wide screen. A reason takes the whole width below its node: sentences need room. */
export function NodesTable({ nodes, operation, connected, answer }: NodesProps) {
  const t = useT();
  const changing = operation !== undefined;
  const columns = useMemo(() => columnsOf(t, connected, changing, answer), [t, connected, changing, answer]);
  return (
    <Table<NodeView>
      rowKey="bootId"
      size="middle"
      columns={columns}
      dataSource={[...nodes]}
      expandable={{
        showExpandColumn: false,
        expandedRowKeys: nodes.filter((node) => hasReason(node, operation)).map(({ bootId }) => bootId),
        expandedRowRender: (node) => <NodeReason node={node} operation={operation} />,
      }}
      scroll={{ x: MIN_WIDTH }}
      pagination={{ pageSize: PAGE_SIZE, hideOnSinglePage: true, showSizeChanger: false }}
      locale={{ emptyText: t('No nodes are known.') }}
    />
  );
}

function columnsOf(
  t: Translate,
  connected: string | undefined,
  changing: boolean,
  answer: AnswerTime,
): TableColumnsType<NodeView> {
  return [
    {
      key: 'name',
      title: t('Node'),
      render: (_, node) => <NodeName node={node} connected={node.bootId === connected} />,
      rowScope: 'row',
      onCell: () => ({ style: PLAIN }),
    },
    { key: 'state', title: t('State'), width: 180, render: (_, node) => <NodeStateTag phase={node.phase} /> },
    {
      key: 'since',
      title: t('Since'),
      width: 130,
      render: (_, node) => <Ago moment={node.phaseSince} answer={answer} />,
    },
    {
      key: 'inFlight',
      title: t('Requests in flight'),
      width: 150,
      render: (_, node) => <span style={NUMBERS}>{node.inFlight}</span>,
    },
    { key: 'version', title: t('Version'), width: 90, dataIndex: 'version' },
    {
      key: 'fingerprint',
      title: <FingerprintTitle />,
      width: 130,
      render: (_, node) => <FingerprintMark node={node} changing={changing} />,
    },
  ];
}

import { Card, Descriptions, Empty, Flex, theme } from 'antd';
import React from 'react';
import type { NodeView } from '../../shared/api';
import { useT } from '../locale';
import type { AnswerTime } from '../status/useAge';
import { Ago } from './Ago';
import { FingerprintMark } from './FingerprintMark';
import { NodeName } from './NodeName';
import { hasReason, NodeReason } from './NodeReason';
import type { NodesProps } from './NodesTable';
import { NodeStateTag } from './NodeStateTag';

/** As many beside each other as fit. */
const GRID = { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))' } as const;

/** The roster on a narrow screen: a table of six columns cannot be read there. */
export function NodeCards({ nodes, connected, answer }: NodesProps) {
  const t = useT();
  const { token } = theme.useToken();
  if (nodes.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('No nodes are known.')} />;
  return (
    <div role="list" style={{ ...GRID, gap: token.marginSM }}>
      {nodes.map((node) => (
        <Card key={node.bootId} size="small" role="listitem">
          <Flex vertical gap="small">
            <NodeName node={node} connected={connected.has(node.bootId)} />
            <div>
              <NodeStateTag phase={node.phase} />
            </div>
            {hasReason(node) && <NodeReason node={node} />}
            <NodeFacts node={node} answer={answer} />
          </Flex>
        </Card>
      ))}
    </div>
  );
}

function NodeFacts({ node, answer }: { readonly node: NodeView; readonly answer: AnswerTime }) {
  const t = useT();
  const items = [
    { key: 'since', label: t('Since'), children: <Ago moment={node.phaseSince} answer={answer} /> },
    { key: 'inFlight', label: t('Requests in flight'), children: node.inFlight },
    { key: 'version', label: t('Version'), children: node.version },
    { key: 'fingerprint', label: t('Fingerprint'), children: <FingerprintMark match={node.fingerprintMatch} /> },
  ];
  return <Descriptions size="small" column={1} items={items} />;
}

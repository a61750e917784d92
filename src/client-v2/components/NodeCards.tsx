import { Card, Descriptions, Empty, Flex } from 'antd';
import React from 'react';
import type { NodeView } from '../../shared/api';
import { useT } from '../locale';
import type { AnswerTime } from '../status/useAge';
import { Ago } from './Ago';
import { FingerprintMark } from './FingerprintMark';
import { NodeName } from './NodeName';
import type { NodesProps } from './NodesTable';
import { NodeState } from './NodeState';

/** The roster on a narrow screen: a table of six columns cannot be read there. */
export function NodeCards({ nodes, connected, answer }: NodesProps) {
  const t = useT();
  if (nodes.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('No nodes are known.')} />;
  return (
    <Flex vertical gap="small" role="list">
      {nodes.map((node) => (
        <Card key={node.bootId} size="small" role="listitem">
          <Flex vertical gap="small">
            <NodeName node={node} connected={connected.has(node.bootId)} />
            <NodeState node={node} />
            <NodeFacts node={node} answer={answer} />
          </Flex>
        </Card>
      ))}
    </Flex>
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

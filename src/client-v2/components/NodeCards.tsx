import { Card, Empty, Flex, Typography, theme } from 'antd';
import React, { type ReactNode } from 'react';
import type { NodeView } from '../../shared/api';
import { useT } from '../locale';
import type { AnswerTime } from '../status/useAge';
import { Ago } from './Ago';
import { FingerprintMark } from './FingerprintMark';
import { NodeName } from './NodeName';
import { hasReason, NodeReason } from './NodeReason';
import type { NodesProps } from './NodesTable';
import { NodeStateTag } from './NodeStateTag';
import { useTight } from './useTight';

/** As many beside each other as fit. */
const GRID = { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))' } as const;

/** The roster on a narrow screen: a table of six columns cannot be read there. */
export function NodeCards({ nodes, operation, connected, answer }: NodesProps) {
  const t = useT();
  const { token } = theme.useToken();
  const frames = !useTight();
  if (nodes.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('No nodes are known.')} />;
  return (
    <div role="list" style={{ ...GRID, gap: frames ? token.marginSM : token.marginLG }}>
      {nodes.map((node) => (
        <Frame key={node.bootId} drawn={frames}>
          <Flex vertical gap="small">
            <NodeName node={node} connected={node.bootId === connected} />
            <div>
              <NodeStateTag phase={node.phase} />
            </div>
            {hasReason(node, operation) && <NodeReason node={node} operation={operation} />}
            <NodeFacts node={node} changing={operation !== undefined} answer={answer} />
          </Flex>
        </Frame>
      ))}
    </div>
  );
}

function Frame({ drawn, children }: { readonly drawn: boolean; readonly children: ReactNode }) {
  if (!drawn) return <div role="listitem">{children}</div>;
  return (
    <Card size="small" role="listitem">
      {children}
    </Card>
  );
}

interface NodeFactsProps {
  readonly node: NodeView;
  readonly changing: boolean;
  readonly answer: AnswerTime;
}

function NodeFacts({ node, changing, answer }: NodeFactsProps) {
  const t = useT();
  return (
    <Flex vertical gap={4}>
      <Fact label={t('Since')}>
        <Ago moment={node.phaseSince} answer={answer} />
      </Fact>
      <Fact label={t('Requests in flight')}>{node.inFlight}</Fact>
      <Fact label={t('Version')}>{node.version}</Fact>
      <Fact label={t('Fingerprint')}>
        <FingerprintMark node={node} changing={changing} />
      </Fact>
    </Flex>
  );
}

/** The value goes below its label where there is no room beside it. */
function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Flex wrap justify="space-between" style={{ columnGap: 12 }}>
      <Typography.Text type="secondary">{label}</Typography.Text>
      <span>{children}</span>
    </Flex>
  );
}

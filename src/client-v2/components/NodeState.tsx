import { WarningOutlined } from '@ant-design/icons';
import { Flex, Typography, theme } from 'antd';
import React from 'react';
import type { NodeView } from '../../shared/api';
import { useLanguage, useT } from '../locale';
import { formatAgo } from '../model/time';
import { NodeStateTag } from './NodeStateTag';

/** Heartbeats come every few seconds: from here on the silence is worth telling. */
const SILENCE_TOLD_MS = 10_000;

/** The state of a node and, below it, why it is not serving. */
export function NodeState({ node }: { readonly node: NodeView }) {
  const t = useT();
  const language = useLanguage();
  const { token } = theme.useToken();
  const silent = node.silentMs >= SILENCE_TOLD_MS;
  return (
    <Flex vertical align="flex-start" gap={4}>
      <NodeStateTag phase={node.phase} />
      {node.reason !== '' && (
        <Typography.Text type={node.phase === 'failed' ? 'danger' : 'secondary'}>{node.reason}</Typography.Text>
      )}
      {silent && (
        <Typography.Text>
          <WarningOutlined aria-hidden style={{ color: token.colorWarning }} />{' '}
          {t('Last heartbeat {{ago}}', { ago: formatAgo(node.silentMs, language) })}
        </Typography.Text>
      )}
    </Flex>
  );
}

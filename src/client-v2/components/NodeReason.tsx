import { WarningOutlined } from '@ant-design/icons';
import { Flex, Space, Typography, theme } from 'antd';
import React from 'react';
import type { NodeView } from '../../shared/api';
import { useLanguage, useT } from '../locale';
import { formatAgo } from '../model/time';

/** Heartbeats come every few seconds: from here on the silence is worth telling. */
const SILENCE_TOLD_MS = 10_000;

export function hasReason(node: NodeView): boolean {
  return node.reason !== '' || node.silentMs >= SILENCE_TOLD_MS;
}

/** Why a node is not serving, in the server's words, and whether it has fallen silent. */
export function NodeReason({ node }: { readonly node: NodeView }) {
  const t = useT();
  const language = useLanguage();
  const { token } = theme.useToken();
  return (
    <Flex vertical gap={4}>
      {node.reason !== '' && (
        <Typography.Text type={node.phase === 'failed' ? 'danger' : 'secondary'}>{node.reason}</Typography.Text>
      )}
      {node.silentMs >= SILENCE_TOLD_MS && (
        <Space size="small">
          <WarningOutlined aria-hidden style={{ color: token.colorWarning }} />
          {t('Last heartbeat {{ago}}', { ago: formatAgo(node.silentMs, language) })}
        </Space>
      )}
    </Flex>
  );
}

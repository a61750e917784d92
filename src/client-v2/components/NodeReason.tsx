import { WarningOutlined } from '@ant-design/icons';
import { Flex, Space, Typography, theme } from 'antd';
import React from 'react';
import type { NodeView } from '../../shared/api';
import type { NodePhase, OperationRecord } from '../../shared/domain';
import { useLanguage, useT } from '../locale';
import { formatAgo } from '../model/time';
import { hasSlowRequests, RequestsUnderWay } from './RequestsUnderWay';

/** Heartbeats come every few seconds: from here on the silence is worth telling. */
const SILENCE_TOLD_MS = 10_000;

/** A node that just takes its part in the running operation says so in its reason: the panel above tells more. */
const PART_OF_OPERATION: ReadonlySet<NodePhase> = new Set<NodePhase>(['draining', 'drained', 'working', 'reloading']);

function reasonOf({ phase, reason, epoch }: NodeView, operation: OperationRecord | undefined): string {
  return operation?.epoch === epoch && PART_OF_OPERATION.has(phase) ? '' : reason;
}

/** Whether there is something to tell about the node. */
export function hasReason(node: NodeView, operation: OperationRecord | undefined): boolean {
  const told = reasonOf(node, operation) !== '' || node.work !== undefined || hasSlowRequests(node);
  return told || node.silentMs >= SILENCE_TOLD_MS;
}

export interface NodeReasonProps {
  readonly node: NodeView;
  readonly operation: OperationRecord | undefined;
}

/** Why a node is not serving, in the server's words, what it waits for, and whether it has fallen silent. */
export function NodeReason({ node, operation }: NodeReasonProps) {
  const t = useT();
  const reason = reasonOf(node, operation);
  const language = useLanguage();
  const { token } = theme.useToken();
  return (
    <Flex vertical gap={4}>
      {reason !== '' && (
        <Typography.Text type={node.phase === 'failed' ? 'danger' : 'secondary'}>{reason}</Typography.Text>
      )}
      {hasSlowRequests(node) && <RequestsUnderWay node={node} />}
      {node.work?.map((line) => (
        <Typography.Text key={line} type="secondary">
          {line}
        </Typography.Text>
      ))}
      {node.silentMs >= SILENCE_TOLD_MS && (
        <Space size="small">
          <WarningOutlined aria-hidden style={{ color: token.colorWarning }} />
          {t('Last heartbeat {{ago}}', { ago: formatAgo(node.silentMs, language) })}
        </Space>
      )}
    </Flex>
  );
}

import { Space, Tag, Typography } from 'antd';
import React, { memo } from 'react';
import type { NodeView } from '../../shared/api';
import { useT } from '../locale';

export interface NodeNameProps {
  readonly node: NodeView;
  /** This browser's requests are answered by this node. */
  readonly connected: boolean;
}

/** Name of a node and its parts in the cluster. */
export const NodeName = memo(NameWithTags, isSame);

/** Each answer brings new objects; what they say of a node hardly ever changes. */
function isSame(before: NodeNameProps, after: NodeNameProps): boolean {
  const { name, isLeader, role } = after.node;
  const { node, connected } = before;
  return connected === after.connected && node.name === name && node.isLeader === isLeader && node.role === role;
}

function NameWithTags({ node, connected }: NodeNameProps) {
  const t = useT();
  const tags = [
    connected && { color: 'blue', text: t('You are here') },
    node.isLeader && { color: 'purple', text: t('Leader') },
    node.role === 'command' && { color: 'default', text: t('Command') },
  ].filter((tag) => tag !== false);
  return (
    <Space size={[8, 4]} wrap>
      <Typography.Text strong>{node.name}</Typography.Text>
      {tags.map(({ color, text }) => (
        <Tag key={text} color={color} bordered={false} style={{ marginInlineEnd: 0 }}>
          {text}
        </Tag>
      ))}
    </Space>
  );
}

import { Space, Tag, Typography } from 'antd';
import React from 'react';
import type { NodeView } from '../../shared/api';
import { useT } from '../locale';

export interface NodeNameProps {
  readonly node: NodeView;
  /** This browser's requests are answered by this node. */
  readonly connected: boolean;
}

/** Name of a node and its parts in the cluster. */
export function NodeName({ node, connected }: NodeNameProps) {
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

import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  MinusCircleOutlined,
  PauseCircleOutlined,
  SyncOutlined,
} from '@ant-design/icons';
import { Tag } from 'antd';
import React, { memo, type ReactElement } from 'react';
import type { NodePhase } from '../../shared/domain';
import { useT } from '../locale';
import { NODE_CONTEXT, NODE_PHASE_LABELS, labelOf } from '../model/labels';

const MOVING: readonly [string, ReactElement] = ['processing', <SyncOutlined key="moving" spin />];

const LOOKS: Readonly<Record<NodePhase, readonly [color: string, icon: ReactElement]>> = {
  starting: MOVING,
  waiting: ['default', <ClockCircleOutlined key="waiting" />],
  serving: ['success', <CheckCircleOutlined key="serving" />],
  draining: ['warning', <SyncOutlined key="draining" spin />],
  drained: ['warning', <PauseCircleOutlined key="drained" />],
  working: MOVING,
  reloading: MOVING,
  verifying: MOVING,
  failed: ['error', <CloseCircleOutlined key="failed" />],
  stopping: ['default', <MinusCircleOutlined key="stopping" />],
};

/** The state of a node: by word, colour and sign. */
export const NodeStateTag = memo(StateTag);

function StateTag({ phase }: { readonly phase: NodePhase }) {
  const t = useT();
  const [color, icon] = LOOKS[phase] ?? LOOKS.waiting;
  return (
    <Tag color={color} icon={icon} style={{ marginInlineEnd: 0, whiteSpace: 'normal' }}>
      {t(labelOf(NODE_PHASE_LABELS, phase), { context: NODE_CONTEXT })}
    </Tag>
  );
}

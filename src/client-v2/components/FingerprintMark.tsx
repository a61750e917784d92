import { CheckOutlined, ExclamationCircleOutlined, QuestionOutlined } from '@ant-design/icons';
import { Space, Typography } from 'antd';
import React, { memo } from 'react';
import type { NodeView } from '../../shared/api';
import { useT } from '../locale';
import { FINGERPRINT_LABELS, labelOf } from '../model/labels';

const LOOKS = {
  equal: { type: 'success', icon: <CheckOutlined aria-hidden /> },
  different: { type: 'danger', icon: <ExclamationCircleOutlined aria-hidden /> },
  unknown: { type: 'secondary', icon: <QuestionOutlined aria-hidden /> },
} as const;

export interface FingerprintMarkProps {
  readonly node: Pick<NodeView, 'fingerprintMatch' | 'phase'>;
  /** While an operation runs, nodes differ for a while: only one that failed over it is alarming then. */
  readonly changing: boolean;
}

/** Whether a node runs the same code and plugins. */
export const FingerprintMark = memo(Mark, isSame);

function isSame(before: FingerprintMarkProps, after: FingerprintMarkProps): boolean {
  const { fingerprintMatch, phase } = after.node;
  const { node, changing } = before;
  return changing === after.changing && node.fingerprintMatch === fingerprintMatch && node.phase === phase;
}

function Mark({ node, changing }: FingerprintMarkProps) {
  const t = useT();
  const match = node.fingerprintMatch;
  const { type, icon } = LOOKS[match] ?? LOOKS.unknown;
  const expected = match === 'different' && changing && node.phase !== 'failed';
  return (
    <Typography.Text type={expected ? 'secondary' : type} style={{ whiteSpace: 'nowrap' }}>
      <Space size={6}>
        {icon}
        {t(labelOf(FINGERPRINT_LABELS, match))}
      </Space>
    </Typography.Text>
  );
}

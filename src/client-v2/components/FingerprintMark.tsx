import { CheckOutlined, ExclamationCircleOutlined, QuestionOutlined } from '@ant-design/icons';
import { Space, Typography } from 'antd';
import React from 'react';
import type { NodeView } from '../../shared/api';
import { useT } from '../locale';
import { FINGERPRINT_LABELS, labelOf } from '../model/labels';

const LOOKS = {
  equal: { type: 'success', icon: <CheckOutlined aria-hidden /> },
  different: { type: 'danger', icon: <ExclamationCircleOutlined aria-hidden /> },
  unknown: { type: 'secondary', icon: <QuestionOutlined aria-hidden /> },
} as const;

/** Whether a node runs the same code and plugins. */
export function FingerprintMark({ match }: { readonly match: NodeView['fingerprintMatch'] }) {
  const t = useT();
  const { type, icon } = LOOKS[match] ?? LOOKS.unknown;
  return (
    <Typography.Text type={type} style={{ whiteSpace: 'nowrap' }}>
      <Space size={6}>
        {icon}
        {t(labelOf(FINGERPRINT_LABELS, match))}
      </Space>
    </Typography.Text>
  );
}

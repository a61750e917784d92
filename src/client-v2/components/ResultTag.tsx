import {
  CheckCircleOutlined,
  CloseCircleOutlined,
  ExclamationCircleOutlined,
  MinusCircleOutlined,
} from '@ant-design/icons';
import { Tag } from 'antd';
import React from 'react';
import type { OperationResult } from '../../shared/domain';
import { useT } from '../locale';
import { RESULT_LABELS, labelOf } from '../model/labels';

const LOOKS = {
  done: { color: 'success', icon: <CheckCircleOutlined /> },
  degraded: { color: 'warning', icon: <ExclamationCircleOutlined /> },
  failed: { color: 'error', icon: <CloseCircleOutlined /> },
  aborted: { color: 'default', icon: <MinusCircleOutlined /> },
} as const;

export function ResultTag({ result }: { readonly result: OperationResult }) {
  const t = useT();
  return (
    <Tag {...LOOKS[result]} style={{ marginInlineEnd: 0 }}>
      {t(labelOf(RESULT_LABELS, result))}
    </Tag>
  );
}

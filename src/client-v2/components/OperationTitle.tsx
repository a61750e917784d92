import { Space, Typography } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useT } from '../locale';
import { KIND_LABELS, labelOf } from '../model/labels';

/** What the operation does, and to what. */
export function OperationTitle({ operation }: { readonly operation: Pick<OperationRecord, 'kind' | 'subject'> }) {
  const t = useT();
  return (
    <Space size={8} wrap>
      <Typography.Text strong>{t(labelOf(KIND_LABELS, operation.kind))}</Typography.Text>
      {operation.subject !== '' && (
        <Typography.Text code style={{ fontWeight: 'normal' }}>
          {operation.subject}
        </Typography.Text>
      )}
    </Space>
  );
}

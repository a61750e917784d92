import { Flex, Typography } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useT } from '../locale';
import { untoldCanceller } from '../model/cancel';

/** Why it ended as it did, where the server says so. */
export function OperationWhy({ operation }: { readonly operation: OperationRecord }) {
  const t = useT();
  const canceller = untoldCanceller(operation);
  return (
    <Flex vertical style={{ overflowWrap: 'anywhere' }}>
      {canceller !== undefined && <Typography.Text>{t('Cancelled by {{name}}', { name: canceller })}</Typography.Text>}
      {operation.reason && <Typography.Text>{operation.reason}</Typography.Text>}
    </Flex>
  );
}

export function hasWhy(operation: OperationRecord): boolean {
  return Boolean(operation.reason) || untoldCanceller(operation) !== undefined;
}

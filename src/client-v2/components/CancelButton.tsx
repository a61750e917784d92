import { Button } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useDecide } from '../decisions/DecisionProvider';
import { cancelling } from '../decisions/offers';
import { useT } from '../locale';

/** Before the first change an operation can be called off. */
export function CancelButton({ operation }: { readonly operation: OperationRecord }) {
  const t = useT();
  const decide = useDecide();
  return (
    <Button size="small" onClick={() => decide(cancelling(operation, t))}>
      {`${t('Cancel operation')}…`}
    </Button>
  );
}

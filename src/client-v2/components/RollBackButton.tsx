import { Button } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useDecide } from '../decisions/DecisionProvider';
import { rollingBack } from '../decisions/offers';
import { useT } from '../locale';

/** Back to before an operation that has ended; one that is held offers it among its ways out. */
export function RollBackButton({ operation }: { readonly operation: OperationRecord }) {
  const t = useT();
  const decide = useDecide();
  return (
    <Button size="small" onClick={() => decide(rollingBack(operation, t))}>
      {`${t('Roll back')}…`}
    </Button>
  );
}

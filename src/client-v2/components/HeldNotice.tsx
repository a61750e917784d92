import { theme } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useT } from '../locale';
import { Notice } from './Notice';
import { ResumeButton } from './ResumeButton';

export interface HeldNoticeProps {
  readonly operation: OperationRecord;
  readonly onResolved: () => void;
}

/** A held operation waits for a person: what happened, and the way out. */
export function HeldNotice({ operation, onResolved }: HeldNoticeProps) {
  const t = useT();
  const { token } = theme.useToken();
  return (
    <Notice
      type="error"
      message={t('The operation is held and waits for your decision.')}
      description={
        <>
          {operation.reason && <div>{operation.reason}</div>}
          <div>{t('It stopped after it had begun to change things, so nothing goes on by itself.')}</div>
          <div style={{ marginTop: token.marginSM }}>
            <ResumeButton operationId={operation.id} onResolved={onResolved} />
          </div>
        </>
      }
    />
  );
}

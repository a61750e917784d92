import { Typography } from 'antd';
import React from 'react';
import type { ActionGroup } from '../../../shared/policy';
import { useT } from '../../locale';
import { actionLabel } from '../labels';

export interface ActTitleProps {
  readonly action: string;
  readonly group?: ActionGroup;
  readonly subject: string;
}

/** In words, and by the name by which rules know it. */
export function ActTitle({ action, group, subject }: ActTitleProps) {
  const t = useT();
  const label = actionLabel(action, group, t);
  return (
    <span style={{ overflowWrap: 'anywhere' }}>
      <Typography.Text strong>{`${label} ${subject}`.trim()}</Typography.Text>
      {label !== action && (
        <>
          {' '}
          <Typography.Text code>{action}</Typography.Text>
        </>
      )}
    </span>
  );
}

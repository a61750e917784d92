import { ClockCircleOutlined } from '@ant-design/icons';
import { Space, Typography } from 'antd';
import React from 'react';
import { useT } from '../locale';
import { formatClock } from '../model/time';
import { useAge, type AnswerTime } from '../status/useAge';

export interface ElapsedProps {
  /** Milliseconds since 1970 by the server's clock. */
  readonly since: number;
  readonly answer: AnswerTime;
}

const DIGITS = { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } as const;

/** A running clock. Digits of one width, or everything beside it would tremble. */
export function Elapsed({ since, answer }: ElapsedProps) {
  const t = useT();
  const age = useAge(since, answer);
  return (
    <Space size={4} title={t('Elapsed')}>
      <ClockCircleOutlined aria-hidden />
      <Typography.Text role="timer" aria-label={t('Elapsed')} style={DIGITS}>
        {formatClock(age)}
      </Typography.Text>
    </Space>
  );
}

import { Alert, theme, type AlertProps } from 'antd';
import React from 'react';
import { useTight } from './useTight';

export type NoticeProps = Pick<AlertProps, 'type' | 'message' | 'description'> & {
  /** Beside the message, or below it where there is no room. */
  readonly button?: React.ReactElement;
};

/** The host's alert, readable on a telephone as well. */
export function Notice({ button, description, ...rest }: NoticeProps) {
  const { token } = theme.useToken();
  if (!useTight()) return <Alert {...rest} showIcon description={description} action={button} />;
  const style = { padding: token.paddingSM, overflowWrap: 'anywhere' } as const;
  return <Alert {...rest} style={style} description={description ?? button} />;
}

import { Button, Flex } from 'antd';
import React, { type ReactNode } from 'react';
import { useT } from '../../locale';
import { FIRST } from './first';

export interface ButtonsProps {
  readonly onLeave: () => void;
  /** The harmless one gets the focus: an Enter too many must not decide anything. */
  readonly focused: boolean;
  readonly busy?: boolean;
  readonly children?: ReactNode;
}

/** At the end of a dialog: the way back, and what can be done. */
export function Buttons({ onLeave, focused, busy = false, children }: ButtonsProps) {
  const t = useT();
  return (
    <Flex wrap justify="end" gap="small">
      <Button autoFocus={focused} className={focused ? FIRST : ''} disabled={busy} onClick={onLeave}>
        {children ? t('Go back') : t('Close')}
      </Button>
      {children}
    </Flex>
  );
}

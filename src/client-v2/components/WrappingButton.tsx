import { Button, theme, type ButtonProps } from 'antd';
import React from 'react';

/** One word may be longer than a telephone is wide. */
const WRAP = { whiteSpace: 'normal', overflowWrap: 'anywhere', maxWidth: '100%', height: 'auto' } as const;

/** A button whose words may need two lines on a telephone. With one line it is as high as any other. */
export function WrappingButton({ size, style, ...rest }: ButtonProps) {
  const { token } = theme.useToken();
  const small = size === 'small';
  const minHeight = small ? token.controlHeightSM : token.controlHeight;
  const paddingBlock = small ? 0 : token.paddingXXS;
  return (
    <Button
      {...rest}
      {...(size ? { size } : {})}
      style={{ ...WRAP, minHeight, paddingBlock, lineHeight: token.lineHeight, ...style }}
    />
  );
}

import { theme } from 'antd';
import React, { type ReactNode } from 'react';

/** Names of nodes stand in front of their lanes. */
export const LABEL_WIDTH = 140;
/** Half a mark would stand outside otherwise. */
export const EDGE = 12;

export interface RowProps {
  readonly label: ReactNode;
  readonly children: ReactNode;
}

export function Row({ label, children }: RowProps) {
  const { token } = theme.useToken();
  const line = label === null ? 'none' : `${token.lineWidth}px solid ${token.colorSplit}`;
  return (
    <div style={{ display: 'flex', borderBlockStart: line, paddingBlock: label === null ? 0 : token.paddingXXS }}>
      <div style={{ ...LABEL, paddingInlineEnd: token.paddingXS }}>{label}</div>
      <div style={{ flex: 1, minWidth: 0, paddingInline: EDGE, position: 'relative' }}>{children}</div>
    </div>
  );
}

const LABEL = { width: LABEL_WIDTH, flex: 'none', boxSizing: 'border-box' } as const;

import { theme } from 'antd';
import React, { Children, type ReactNode } from 'react';

/** One below the other, with a line between them: each child is one entry. */
export function ItemList({ children }: { readonly children: ReactNode }) {
  const { token } = theme.useToken();
  const line = `${token.lineWidth}px solid ${token.colorSplit}`;
  const last = Children.count(children) - 1;
  return (
    <div role="list">
      {Children.map(children, (child, index) => (
        <div
          role="listitem"
          style={{
            ...(index > 0 ? { borderBlockStart: line, paddingBlockStart: token.paddingSM } : {}),
            ...(index < last ? { paddingBlockEnd: token.paddingSM } : {}),
          }}
        >
          {child}
        </div>
      ))}
    </div>
  );
}

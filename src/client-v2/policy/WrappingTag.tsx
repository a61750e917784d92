import { Tag } from 'antd';
import React, { type ReactNode } from 'react';

/** On a telephone some words are longer than the card is wide. */
export function WrappingTag({ color, children }: { readonly color: string; readonly children: ReactNode }) {
  return (
    <Tag color={color} style={{ whiteSpace: 'normal', marginInlineEnd: 0 }}>
      {children}
    </Tag>
  );
}

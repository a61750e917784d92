import React, { type ReactNode } from 'react';

export interface DimmedProps {
  readonly when: boolean;
  readonly children: ReactNode;
}

/** What was true a while ago and may not be any more: readable, but not as if it were said now. */
export function Dimmed({ when, children }: DimmedProps) {
  return (
    <div aria-busy={when} style={{ opacity: when ? 0.6 : 1, transition: 'opacity 0.3s' }}>
      {children}
    </div>
  );
}

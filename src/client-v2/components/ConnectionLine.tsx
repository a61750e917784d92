import { Badge, Typography } from 'antd';
import React from 'react';
import type { NodeRef } from '../../shared/domain';
import { useLanguage, useT } from '../locale';
import { formatAgo } from '../model/time';
import type { Connection } from '../status/statusReducer';
import { useSecond } from '../status/useAge';

export interface ConnectionLineProps {
  readonly connection: Connection;
  readonly nodes: readonly NodeRef[];
  /** When the data on the page arrived, by this browser's monotonic clock. */
  readonly receivedAt: number;
}

/** A quiet line: which node this page talks to, or that it is trying to reach it again. */
export function ConnectionLine({ connection, nodes, receivedAt }: ConnectionLineProps) {
  const t = useT();
  if (connection === 'reconnecting') return <Reconnecting receivedAt={receivedAt} />;
  if (connection === 'connecting') return <Line status="default" text={t('Connecting…')} />;
  const names = nodes.map(({ name }) => name).join(', ');
  return <Line status="success" text={t('Connected to {{name}}', { name: names })} />;
}

function Reconnecting({ receivedAt }: { readonly receivedAt: number }) {
  const t = useT();
  const ago = formatAgo(useSecond() - receivedAt, useLanguage());
  return <Line status="warning" text={t('Reconnecting… Last update {{ago}}', { ago })} />;
}

function Line({ status, text }: { readonly status: 'default' | 'success' | 'warning'; readonly text: string }) {
  const label = (
    <Typography.Text type="secondary" style={{ fontWeight: 'normal' }}>
      {text}
    </Typography.Text>
  );
  return <Badge status={status} text={label} />;
}

import { Badge, Typography } from 'antd';
import React from 'react';
import type { NodeRef } from '../../shared/domain';
import { useLanguage, useT } from '../locale';
import { formatAgo } from '../model/time';
import { connectionOf, type StatusState } from '../status/statusReducer';
import { useSecond } from '../status/useAge';

export interface ConnectionLineProps {
  readonly state: StatusState;
  /** Who answers this page. */
  readonly nodes: readonly NodeRef[];
}

/** A quiet line: which node (or, behind a balancer, nodes) this page talks to, or that it tries to reach it again. */
export function ConnectionLine({ state, nodes }: ConnectionLineProps) {
  const t = useT();
  const connection = connectionOf(state);
  if (connection === 'reconnecting') return <Reconnecting state={state} />;
  if (connection === 'connecting') return <Line status="default" text={t('Connecting…')} />;
  const name = nodes.map((node) => node.name).join(', ');
  const text =
    nodes.length > 1 ? t('Connected through a balancer to {{name}}', { name }) : t('Connected to {{name}}', { name });
  return <Line status="success" text={text} />;
}

/** A node that is reloading says how far it is. */
function Reconnecting({ state }: { readonly state: StatusState }) {
  const t = useT();
  const ago = formatAgo(useSecond() - state.receivedAt, useLanguage());
  const words = [t('Reconnecting… Last update {{ago}}', { ago }), state.problem?.message];
  return <Line status="warning" text={words.filter(Boolean).join(' · ')} />;
}

function Line({ status, text }: { readonly status: 'default' | 'success' | 'warning'; readonly text: string }) {
  const label = (
    <Typography.Text type="secondary" style={{ fontWeight: 'normal' }}>
      {text}
    </Typography.Text>
  );
  return <Badge status={status} text={label} style={{ whiteSpace: 'normal' }} />;
}

import { Card, Flex, Grid, Typography, theme } from 'antd';
import React, { useMemo } from 'react';
import type { StatusBody } from '../../shared/api';
import { useT } from '../locale';
import { byName, connectedTo } from '../model/connection';
import type { StatusState } from '../status/statusReducer';
import type { AnswerTime } from '../status/useAge';
import { ConnectionLine } from './ConnectionLine';
import { NodeCards } from './NodeCards';
import { NodesTable } from './NodesTable';

export interface NodesPanelProps {
  readonly state: StatusState;
  readonly body: StatusBody;
  readonly answer: AnswerTime;
}

export function NodesPanel({ state, body, answer }: NodesPanelProps) {
  const { token } = theme.useToken();
  // The host's menu takes 200 px of that.
  const narrow = Grid.useBreakpoint().xl === false;
  const here = useMemo(() => connectedTo(state.answeredBy), [state.answeredBy]);
  const connected = useMemo(() => new Set(here.map(({ bootId }) => bootId)), [here]);
  const nodes = useMemo(() => [...body.nodes].sort(byName), [body.nodes]);
  const Nodes = narrow ? NodeCards : NodesTable;
  return (
    <Card
      styles={{ body: { paddingBlock: token.paddingSM, paddingInline: narrow ? token.paddingSM : token.paddingLG } }}
      title={
        <Flex wrap justify="space-between" align="center" gap="small" style={{ paddingBlock: 8 }}>
          <NodesTitle body={body} />
          <ConnectionLine state={state} nodes={here} />
        </Flex>
      }
    >
      <Nodes nodes={nodes} connected={connected} answer={answer} />
    </Card>
  );
}

function NodesTitle({ body }: { readonly body: StatusBody }) {
  const t = useT();
  // A short-lived command takes no traffic: it is shown, but it is no node that could serve.
  const servers = body.nodes.filter(({ role }) => role === 'app');
  const serving = servers.filter(({ phase }) => phase === 'serving').length;
  return (
    <Flex gap="small" align="baseline">
      <span>{t('Nodes')}</span>
      {servers.length > 0 && (
        <Typography.Text type="secondary" style={{ fontWeight: 'normal' }}>
          {t('{{serving}} of {{count}} nodes serving', { serving, count: servers.length })}
        </Typography.Text>
      )}
    </Flex>
  );
}

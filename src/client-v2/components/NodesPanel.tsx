import { Card, Flex, Grid, Typography, theme } from 'antd';
import React, { useMemo } from 'react';
import type { StatusBody } from '../../shared/api';
import { useT } from '../locale';
import { byName, connectedTo } from '../model/connection';
import { isStale, type StatusState } from '../status/statusReducer';
import type { AnswerTime } from '../status/useAge';
import { ConnectionLine } from './ConnectionLine';
import { Dimmed } from './Dimmed';
import { NodeCards } from './NodeCards';
import { NodesTable } from './NodesTable';
import { useTight } from './useTight';

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
  // Behind a balancer "you are here" would be said of every node.
  const connected = here.length === 1 ? here[0]?.bootId : undefined;
  const nodes = useMemo(() => [...body.nodes].sort(byName), [body.nodes]);
  const Nodes = narrow ? NodeCards : NodesTable;
  const tight = useTight();
  const stale = isStale(state);
  return (
    <Card
      size={tight ? 'small' : 'default'}
      styles={{
        title: { whiteSpace: 'normal' },
        body: { paddingBlock: token.paddingSM, paddingInline: narrow ? token.paddingSM : token.paddingLG },
      }}
      title={
        <Flex wrap justify="space-between" align="center" gap="small" style={{ paddingBlock: 8 }}>
          <Dimmed when={stale}>
            <NodesTitle body={body} />
          </Dimmed>
          <ConnectionLine state={state} nodes={here} />
        </Flex>
      }
    >
      <Dimmed when={stale}>
        <Nodes nodes={nodes} operation={body.operation} connected={connected} answer={answer} />
      </Dimmed>
    </Card>
  );
}

function NodesTitle({ body }: { readonly body: StatusBody }) {
  const t = useT();
  // A short-lived command takes no traffic: it is shown, but it is no node that could serve. Offline, only the node
  // that answers is known: a count would say that there are no others.
  const servers = body.nodes.filter(({ role }) => role === 'app');
  const serving = servers.filter(({ phase }) => phase === 'serving').length;
  return (
    <Flex wrap align="baseline" style={{ columnGap: 8 }}>
      <span>{t('Nodes')}</span>
      {body.online && servers.length > 0 && (
        <Typography.Text type="secondary" style={{ fontWeight: 'normal' }}>
          {t('{{serving}} of {{count}} nodes serving', { serving, count: servers.length })}
        </Typography.Text>
      )}
    </Flex>
  );
}

import { Flex } from 'antd';
import React, { useMemo } from 'react';
import { PlannedPanel } from '../announcements/PlannedPanel';
import { Announcer } from '../components/Announcer';
import { FirstLoad } from '../components/FirstLoad';
import { NodesPanel } from '../components/NodesPanel';
import { Notices } from '../components/Notices';
import { OperationPanel } from '../components/OperationPanel';
import { SilentNodesNotice } from '../components/SilentNodesNotice';
import { DecisionProvider } from '../decisions/DecisionProvider';
import { isStale } from '../status/statusReducer';
import { useClusterStatus } from '../status/useClusterStatus';

/** The cluster and what happens to it. Shows the server's verdicts and decides nothing itself. */
export function ClusterTab() {
  const { state, refresh } = useClusterStatus();
  const { body, receivedAt } = state;
  const answer = useMemo(() => ({ serverNow: body?.now ?? 0, receivedAt }), [body, receivedAt]);

  if (!body) return <FirstLoad state={state} />;
  return (
    <DecisionProvider onDone={refresh}>
      <Flex vertical gap="middle">
        <Announcer body={body} />
        <Notices body={body} />
        <SilentNodesNotice nodes={body.silentNodes ?? []} />
        <OperationPanel body={body} answer={answer} stale={isStale(state)} />
        <PlannedPanel />
        <NodesPanel state={state} body={body} answer={answer} />
      </Flex>
    </DecisionProvider>
  );
}

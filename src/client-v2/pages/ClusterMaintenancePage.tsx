import { Flex, message } from 'antd';
import React, { useCallback, useMemo } from 'react';
import { Announcer } from '../components/Announcer';
import { FirstLoad } from '../components/FirstLoad';
import { NodesPanel } from '../components/NodesPanel';
import { Notices } from '../components/Notices';
import { OperationPanel } from '../components/OperationPanel';
import { PluginsChangedNotice } from '../components/PluginsChangedNotice';
import { usePageShown } from '../host/maintenanceScreens';
import { useT } from '../locale';
import { isStale } from '../status/statusReducer';
import { useClusterStatus } from '../status/useClusterStatus';

/** The cluster and what happens to it. Shows the server's verdicts and decides nothing itself. */
export default function ClusterMaintenancePage() {
  usePageShown();
  const t = useT();
  // Held here and not beside the button, which is gone as soon as it has done its work.
  const [toast, toastHolder] = message.useMessage();
  const { state, refresh } = useClusterStatus();
  const { body, receivedAt } = state;
  const answer = useMemo(() => ({ serverNow: body?.now ?? 0, receivedAt }), [body, receivedAt]);
  const onResolved = useCallback(() => {
    refresh();
    void toast.success(t('The operation goes on. The nodes reload and take traffic again.'));
  }, [refresh, toast, t]);

  if (!body) return <FirstLoad state={state} />;
  return (
    <Flex vertical gap="middle">
      {toastHolder}
      <Announcer body={body} />
      <Notices body={body} />
      <PluginsChangedNotice body={body} />
      <OperationPanel body={body} answer={answer} stale={isStale(state)} onResolved={onResolved} />
      <NodesPanel state={state} body={body} answer={answer} />
    </Flex>
  );
}

import { Flex } from 'antd';
import React from 'react';
import { PluginsChangedNotice } from '../components/PluginsChangedNotice';
import { usePageShown } from '../host/maintenanceScreens';
import { KeptStatusProvider, useStatusToKeep } from '../status/keptStatus';
import { PageTabs } from './PageTabs';
import { TABS } from './tabs';

/** The page that admins keep open. */
export default function ClusterMaintenancePage() {
  usePageShown();
  const kept = useStatusToKeep();
  const [{ body }] = kept;
  return (
    <KeptStatusProvider value={kept}>
      <Flex vertical gap="small">
        {body && <PluginsChangedNotice body={body} />}
        <PageTabs tabs={TABS} />
      </Flex>
    </KeptStatusProvider>
  );
}

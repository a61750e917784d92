import type { APIClient } from '@nocobase/client-v2';
import React, { type ComponentType } from 'react';
import { RightsProvider, type MayUse } from '../host/rights';
import { ClusterApiProvider, createClusterApi } from '../status/api';
import ClusterMaintenancePage from './ClusterMaintenancePage';

/** The page with its wires to the host: both lanes render what this returns. */
export function connectPage(http: Pick<APIClient, 'request'>, mayUse: MayUse): ComponentType {
  const api = createClusterApi(http);
  return function ConnectedPage() {
    return (
      <RightsProvider value={mayUse}>
        <ClusterApiProvider value={api}>
          <ClusterMaintenancePage />
        </ClusterApiProvider>
      </RightsProvider>
    );
  };
}

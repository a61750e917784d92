import type { APIClient } from '@nocobase/client-v2';
import React, { type ComponentType } from 'react';
import { RightsProvider, type MayUse } from '../host/rights';
import { createPolicyApi, PolicyApiProvider } from '../policy/api';
import { keptRequests } from '../policy/install';
import { KeptRequestsProvider } from '../policy/keptRequests';
import { ClusterApiProvider, createClusterApi } from '../status/api';
import ClusterMaintenancePage from './ClusterMaintenancePage';

/** The page with its wires to the host: both lanes render what this returns. */
export function connectPage(http: Pick<APIClient, 'request'>, mayUse: MayUse): ComponentType {
  const api = createClusterApi(http);
  const policyApi = createPolicyApi(http);
  const kept = keptRequests();
  return function ConnectedPage() {
    return (
      <RightsProvider value={mayUse}>
        <ClusterApiProvider value={api}>
          <PolicyApiProvider value={policyApi}>
            <KeptRequestsProvider value={kept}>
              <ClusterMaintenancePage />
            </KeptRequestsProvider>
          </PolicyApiProvider>
        </ClusterApiProvider>
      </RightsProvider>
    );
  };
}

import type { APIClient } from '@nocobase/client-v2';
import React, { type ComponentType } from 'react';
import { ClusterApiProvider, createClusterApi } from '../status/api';
import ClusterMaintenancePage from './ClusterMaintenancePage';

/** The page with its one wire to the host: both lanes render what this returns. */
export function connectPage(http: Pick<APIClient, 'request'>): ComponentType {
  const api = createClusterApi(http);
  return function ConnectedPage() {
    return (
      <ClusterApiProvider value={api}>
        <ClusterMaintenancePage />
      </ClusterApiProvider>
    );
  };
}

import type { APIClient, BaseApplication } from '@nocobase/client-v2';
import { useEffect } from 'react';
import { RESOURCE } from '../../shared/api';

export type MaintainedApp = Pick<BaseApplication, 'apiClient' | 'error' | 'maintaining' | 'setMaintaining'>;

/** Milliseconds between the first two looks, and before the first one. */
const PAUSE_MS = 1_500;
/** Many browsers look at the same time, so they look less often the longer it takes, up to this. */
const LONGEST_PAUSE_MS = 5_000;
const SLOWER = 1.25;
const TIMEOUT_MS = 5_000;

/**
 * Ends the host's maintenance state once the API takes traffic again. The host ends it only when its websocket says
 * so, and in a cluster that may never happen: the websocket belongs to one node while another one refused the request,
 * and a node that drained and went on without a reload has nothing to tell. `news` is what the host was told last: as
 * long as something new comes, the host knows better.
 */
export function useWayBack(app: MaintainedApp, news: unknown): void {
  useEffect(() => watchForService(app), [app, news]);
}

/** Returns how to stop. */
export function watchForService(app: MaintainedApp): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout>;
  let pause = PAUSE_MS;
  const look = async () => {
    const serving = await isServing(app.apiClient);
    if (stopped) return;
    if (serving) endMaintenance(app);
    else again();
  };
  const again = () => {
    timer = setTimeout(() => void look(), pause);
    pause = Math.min(pause * SLOWER, LONGEST_PAUSE_MS);
  };
  again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function endMaintenance(app: MaintainedApp): void {
  // First of all: an app with an error that is not in maintenance is taken from the screen.
  app.error = null;
  // As the host's own clients do it. Its earlier versions have no setter.
  if (app.setMaintaining) app.setMaintaining(false);
  else app.maintaining = false;
}

async function isServing(http: Pick<APIClient, 'request'>): Promise<boolean> {
  try {
    const { data } = await http.request<{ status?: unknown }>({
      url: `${RESOURCE}:ready`,
      method: 'get',
      timeout: TIMEOUT_MS,
      skipNotify: true,
    });
    return data.status === 'serving';
  } catch {
    return false;
  }
}

import type { BaseApplication } from '@nocobase/client-v2';
import React, { useEffect, type ReactNode } from 'react';
import { createAnnouncementApi } from './api';
import { BannerPlace } from './BannerPlace';
import { AnnouncementsProvider } from './context';
import { createDismissals } from './dismissals';
import { isFresh } from './token';
import { createKeptSight, createWatch, type Watch } from './watch';

type App = Pick<BaseApplication, 'apiClient' | 'eventBus' | 'addProvider'>;

/** What the host says when somebody signs in or out. */
const TOKEN_CHANGED = 'auth:tokenChanged';

/** From now on everybody who has signed in is told of maintenance to come, wherever in the app they are. */
export function installAnnouncements(app: App): void {
  const storage = ownStorage();
  const api = createAnnouncementApi(app.apiClient);
  const watch = createWatch({
    ask: (signal) => api.announced(signal),
    isSignedIn: () => Boolean(app.apiClient.auth.token),
    mayAsk: () => !document.hidden && isFresh(app.apiClient.auth.token ?? '', Date.now()),
    now: () => performance.now(),
    others: createKeptSight(storage, () => Date.now()),
  });
  const dismissals = createDismissals(storage);
  const announcements = { watch, api };
  app.addProvider(function AnnouncementProvider({ children }: { readonly children?: ReactNode }) {
    useEffect(() => listen(watch, app), []);
    return (
      <AnnouncementsProvider value={announcements}>
        <BannerPlace watch={watch} dismissals={dismissals} />
        {children}
      </AnnouncementsProvider>
    );
  });
}

/** Returns how to stop. */
function listen(watch: Watch, { eventBus }: Pick<App, 'eventBus'>): () => void {
  document.addEventListener('visibilitychange', watch.look);
  eventBus.addEventListener(TOKEN_CHANGED, watch.look);
  watch.look();
  return () => {
    document.removeEventListener('visibilitychange', watch.look);
    eventBus.removeEventListener(TOKEN_CHANGED, watch.look);
    watch.stop();
  };
}

function ownStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    // A browser may forbid it.
    return undefined;
  }
}

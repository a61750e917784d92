import { createContext, useContext, useSyncExternalStore } from 'react';
import type { AnnouncementApi } from './api';
import type { Sight, Watch } from './watch';

export interface Announcements {
  readonly watch: Watch;
  readonly api: AnnouncementApi;
}

const AnnouncementsContext = createContext<Announcements | undefined>(undefined);
export const AnnouncementsProvider = AnnouncementsContext.Provider;

/** Undefined where the app has none: the plugin's page says nothing about them then. */
export function useAnnouncements(): Announcements | undefined {
  return useContext(AnnouncementsContext);
}

export function useSight({ subscribe, current }: Watch): Sight {
  return useSyncExternalStore(subscribe, current, current);
}

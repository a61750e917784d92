import type { ComponentType } from 'react';
import { ACL_SNIPPET } from '../../shared/api';
import { RIGHT_SNIPPETS } from '../../shared/rights';
import { HistoryTab } from '../history/HistoryTab';
import { SettingsTab } from '../settings/SettingsTab';
import { ClusterTab } from './ClusterTab';

/** One tab of the page. */
export interface PageTab {
  /** In the address: `?tab=KEY`. */
  readonly key: string;
  /** English; the locales translate it. */
  readonly title: string;
  /** Who lacks it does not see the tab. The server decides all the same. */
  readonly aclSnippet: string;
  /** Mounted only while the tab is open, so that only the open tab asks the server. */
  readonly component: ComponentType;
}

/** In the order of the page. What each action behind them needs stands in `shared/rights.ts`. */
export const TABS: readonly PageTab[] = [
  { key: 'cluster', title: 'Cluster', aclSnippet: ACL_SNIPPET, component: ClusterTab },
  { key: 'history', title: 'History', aclSnippet: RIGHT_SNIPPETS.see, component: HistoryTab },
  { key: 'settings', title: 'Settings', aclSnippet: RIGHT_SNIPPETS.see, component: SettingsTab },
];

import type { ComponentType } from 'react';
import { ACL_SNIPPET } from '../../shared/api';
import { RIGHT_SNIPPETS } from '../../shared/rights';
import { HistoryTab } from '../history/HistoryTab';
import { SettingsTab } from '../settings/SettingsTab';
import { ApprovalsTab } from '../policy/approvals/ApprovalsTab';
import { WaitingBadge } from '../policy/approvals/WaitingBadge';
import { PolicyTab } from '../policy/PolicyTab';
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
  /** Beside the title, also while another tab is open. */
  readonly badge?: ComponentType;
}

/** In the order of the page. What each action behind them needs stands in `shared/rights.ts`. */
export const TABS: readonly PageTab[] = [
  { key: 'cluster', title: 'Cluster', aclSnippet: ACL_SNIPPET, component: ClusterTab },
  { key: 'history', title: 'History', aclSnippet: RIGHT_SNIPPETS.see, component: HistoryTab },
  { key: 'policy', title: 'Policy', aclSnippet: RIGHT_SNIPPETS.see, component: PolicyTab },
  {
    key: 'approvals',
    title: 'Approvals',
    aclSnippet: RIGHT_SNIPPETS.see,
    component: ApprovalsTab,
    badge: WaitingBadge,
  },
  { key: 'settings', title: 'Settings', aclSnippet: RIGHT_SNIPPETS.see, component: SettingsTab },
];

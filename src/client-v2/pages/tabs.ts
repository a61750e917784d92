import type { ComponentType } from 'react';
import { ACL_SNIPPET } from '../../shared/api';
import { ApprovalsTab } from '../policy/approvals/ApprovalsTab';
import { WaitingBadge } from '../policy/approvals/WaitingBadge';
import { PolicyTab } from '../policy/PolicyTab';
import { ClusterTab } from './ClusterTab';

/** One tab of the page. */
export interface PageTab {
  /** In the address: `?tab=KEY`. Also the last part of its right, but for the first tab. */
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

/** In the order of the page. A tab is one line here, its rights on the server one in `server/app/rights.ts`. */
export const TABS: readonly PageTab[] = [
  { key: 'cluster', title: 'Cluster', aclSnippet: ACL_SNIPPET, component: ClusterTab },
  { key: 'policy', title: 'Policy', aclSnippet: ACL_SNIPPET, component: PolicyTab },
  { key: 'approvals', title: 'Approvals', aclSnippet: ACL_SNIPPET, component: ApprovalsTab, badge: WaitingBadge },
];

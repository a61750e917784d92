import { SETTINGS_KEY } from '../constants';

export type PolicyTabKey = 'cluster' | 'policy' | 'approvals';

/** Of a tab of the page, from wherever one is in the app; the new interface and sub-apps stand before `/admin`. */
export function pageAddress(tab: PolicyTabKey): string {
  const { pathname } = window.location;
  const at = pathname.indexOf('/admin');
  return `${at < 0 ? '' : pathname.slice(0, at)}/admin/settings/${SETTINGS_KEY}?tab=${tab}`;
}

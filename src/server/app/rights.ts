import type { Application } from '@nocobase/server';
import { ACL_SNIPPET, RESOURCE } from '../../shared/api';
import { tabSnippet } from '../../shared/rights';

/** What a tab with a right of its own needs; the tabs are in `client-v2/pages/tabs.ts`. */
const OF_TABS: Readonly<Record<string, readonly string[]>> = {
  history: ['history', 'get'],
  settings: ['settings'],
};

/** The journal of what runs, or ended last, belongs to the page as well. */
const OF_PAGE_TOO: readonly string[] = ['get'];

/**
 * Registers the rights to these actions of the resource: each belongs to the page, but for those of tabs with a right of
 * their own. The host allows what one of a role's rights covers, so no action may stand where it does not belong.
 */
export function registerRights(app: Application, actions: readonly string[]): void {
  const apart = Object.values(OF_TABS).flat();
  const own = actions.filter((action) => !apart.includes(action) || OF_PAGE_TOO.includes(action));
  app.acl.registerSnippet({ name: ACL_SNIPPET, actions: own.map(pathOf) });
  for (const [tab, names] of Object.entries(OF_TABS)) {
    app.acl.registerSnippet({ name: tabSnippet(tab), actions: names.map(pathOf) });
  }
}

function pathOf(action: string): string {
  return `${RESOURCE}:${action}`;
}

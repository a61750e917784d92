import { createContext, useContext } from 'react';
import type { Right } from '../../shared/policy-api';
import { RIGHT_SNIPPETS } from '../../shared/rights';

/** Whether the role of who looks at the page has this right, as far as a browser knows. */
export type MayUse = (aclSnippet: string) => boolean;

interface SettingsRights {
  /** Of a registered setting; of any other name it looks for the right `pm.NAME`. */
  hasAuth(name: string): boolean;
}

const TITLES: Readonly<Record<Right, string>> = {
  see: 'Right to look',
  operate: 'Right to operate',
  approve: 'Right to approve',
  policy: 'Right to change the policy',
  breakGlass: 'Right to break the glass',
};

/** What an admin can give a role, or take from it, beside the page as a whole. */
export const RIGHTS_OF_ROLES = (Object.keys(TITLES) as Right[]).map((right) => ({
  key: right,
  title: TITLES[right],
  aclSnippet: RIGHT_SNIPPETS[right],
}));

/** The host keeps the rights of the role with its settings pages, in both lanes alike. */
export function rightsOf(settings: SettingsRights): MayUse {
  return (aclSnippet) => settings.hasAuth(aclSnippet.replace(/^pm\./, ''));
}

const RightsContext = createContext<MayUse>(() => true);
export const RightsProvider = RightsContext.Provider;

export function useRights(): MayUse {
  return useContext(RightsContext);
}

import { createContext, useContext } from 'react';

/** Whether the role of who looks at the page has this right, as far as a browser knows. */
export type MayUse = (aclSnippet: string) => boolean;

interface SettingsRights {
  /** Of a registered setting; of any other name it looks for the right `pm.NAME`. */
  hasAuth(name: string): boolean;
}

/** The host keeps the rights of the role with its settings pages, in both lanes alike. */
export function rightsOf(settings: SettingsRights): MayUse {
  return (aclSnippet) => settings.hasAuth(aclSnippet.replace(/^pm\./, ''));
}

const RightsContext = createContext<MayUse>(() => true);
export const RightsProvider = RightsContext.Provider;

export function useRights(): MayUse {
  return useContext(RightsContext);
}

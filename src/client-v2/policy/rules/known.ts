import { createContext, useContext } from 'react';
import type { PolicyRule } from '../../../shared/policy';

/** What lists know (`PolicyBody.known`); undefined: nobody has said yet, and nothing is called unknown. */
const KnownActionsContext = createContext<readonly string[] | undefined>(undefined);
export const KnownActionsProvider = KnownActionsContext.Provider;

export function useKnownActions(): readonly string[] | undefined {
  return useContext(KnownActionsContext);
}

const NOTHING: readonly string[] = [];

/** `request`: the rule counts for what has this name. `command`: nothing has it, so the rule has no effect. */
export type Unknown = 'request' | 'command';

/** What kind of unknown action a rule names, if it does. Names are compared without case, as on the server. */
export function unknownIn({ action }: Pick<PolicyRule, 'action'>, known = NOTHING): Unknown | undefined {
  const name = action?.trim().toLowerCase() ?? '';
  if (name === '' || known.length === 0) return undefined;
  const at = name.lastIndexOf(':');
  const all = `${name.slice(0, Math.max(at, 0))}:*`;
  if (known.some((one) => one.toLowerCase() === name || one.toLowerCase() === all)) return undefined;
  return at < 0 ? 'command' : 'request';
}

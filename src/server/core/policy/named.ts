import { RESOURCE } from '../../../shared/api';
import type { PolicyRule } from '../../../shared/policy';
import { accessOfAction } from '../access';
import { RISKY_ACTIONS, RISKY_COMMANDS } from './risk-list';
import { riskOf, routedName, type Named } from './risks';
import { isMeantFor, type Asker } from './rules';

/** The page that repairs the policy, and the way in: whoever shuts them stands outside. */
const NEVER: readonly string[] = [RESOURCE.toLowerCase(), 'auth'];

/** Of a list that never changes: looked at for every request that writes. */
const known = new WeakMap<readonly PolicyRule[], readonly PolicyRule[]>();

/** The rules about `resource:action` that no list knows: of plugins from elsewhere, and of tables that people have made. */
export function rulesOfOthers(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const found = known.get(rules) ?? rules.filter(({ action }) => action?.includes(':') && !isListed(action));
  known.set(rules, found);
  return found;
}

/** What these rules make risky for whoever asks. A rule for others says nothing about them. */
export function namedBy(rules: readonly PolicyRule[], asker: Asker): Named {
  const names = new Set(rules.filter((rule) => isMeantFor(rule, asker)).map(({ action = '' }) => action.toLowerCase()));
  return (resource, action) => {
    const name = `${routedName(resource)}:${action}`;
    if (!names.has(name.toLowerCase()) || NEVER.includes(routedName(resource).toLowerCase())) return undefined;
    return { action: name, group: 'other', class: 'disruptive' };
  };
}

/** Names by which rules know what is risky, as far as lists tell; `resource:*` for whatever may write there. */
export function listedActions(): readonly string[] {
  const actions = RISKY_ACTIONS.flatMap(({ resource, actions: some }) =>
    some === 'writes' ? [`${resource}:*`] : some.map((action) => `${resource}:${action}`),
  );
  return [...new Set([...actions, ...Object.keys(RISKY_COMMANDS)])].sort();
}

function isListed(name: string): boolean {
  const at = name.lastIndexOf(':');
  const [resource, action] = [name.slice(0, at), name.slice(at + 1)];
  const isCommand = Object.hasOwn(RISKY_COMMANDS, name);
  return isCommand || riskOf(resource, action, accessOfAction({ resource, action }) === 'write') !== undefined;
}

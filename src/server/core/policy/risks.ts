import { RISK_CLASSES, type ActionGroup, type RiskClass } from '../../../shared/policy';
import { HARMLESS } from './harmless';
import { INSTALL_ANEW, RISKY_ACTIONS, RISKY_COMMANDS, type RiskRow } from './risk-list';

/** An action that somebody should decide about. What is no risk (rows of tables, reads) has none. */
export interface Risk {
  /** `resource:action` or the name of a command: the name by which rules know it. */
  readonly action: string;
  readonly group: ActionGroup;
  readonly class: RiskClass;
}

/** What a request says of itself, and what is not seen in the name of its resource. */
export interface Addressed {
  readonly resource: string;
  readonly action: string;
  /** What `core/access.ts` says of it. */
  readonly mayWrite: boolean;
  /** The parameter of this name: the host then takes the rows of that table. */
  readonly targetCollection?: unknown;
  /** The body: what is written into a table may bring rows of others along. */
  readonly values?: unknown;
}

/** The risk of an action that no list knows, where a rule has made one of it (`named.ts`). */
export type Named = (resource: string, action: string) => Risk | undefined;

/** What is known of the tables of one data source. */
export interface Tables {
  /** The table behind a field, where it has one. */
  target(table: string, field: string): string | undefined;
}

/** In small letters: the host tells them apart, but whoever writes a name in another way should not get around a rule. */
const ROWS = byResource(RISKY_ACTIONS);
const HARMLESS_ACTIONS: ReadonlySet<string> = new Set(
  HARMLESS.flatMap(({ resource, actions }) =>
    actions === 'rows' ? [] : actions.map((action) => `${resource}:${action}`.toLowerCase()),
  ),
);
/** Everything that hangs on a role decides about access: `roles.menuUiSchemas`, `roles.collections`, … */
const OF_ROLES: RiskRow = { resource: 'roles', actions: 'writes', group: 'access', class: 'sensitive' };
/** Tables of this plugin, once somebody has made collections of them: the policy itself is there. */
const OF_OURS: RiskRow = {
  resource: 'cluster_maintenance',
  actions: 'writes',
  group: 'plugin-rows',
  class: 'exclusive',
};

/**
 * What an action of the API risks, by its name alone. `mayWrite` is what `core/access.ts` says of it.
 */
export function riskOf(resource: string, action: string, mayWrite: boolean): Risk | undefined {
  const name = routedName(resource);
  const wanted = action.toLowerCase();
  const key = name.toLowerCase();
  if (HARMLESS_ACTIONS.has(`${key}:${wanted}`)) return undefined;
  const rows = ROWS.get(key) ?? othersLike(key);
  const found = rows.find(({ actions }) =>
    actions === 'writes' ? mayWrite : actions.some((known) => known.toLowerCase() === wanted),
  );
  if (!found) return undefined;
  const known = found.actions === 'writes' ? undefined : found.actions.find((one) => one.toLowerCase() === wanted);
  const written = found === OF_ROLES || found === OF_OURS ? name : found.resource;
  return { action: `${written}:${known ?? action}`, group: found.group, class: found.class };
}

/** Whether it may write and is known to be no risk all the same. */
export function isHarmless(resource: string, action: string): boolean {
  return HARMLESS_ACTIONS.has(`${routedName(resource)}:${action}`.toLowerCase());
}

/**
 * Everything that a request risks, the worst first: by the name of its resource, by the table behind that, by the table that
 * a parameter names, and by what its values bring along. Each has to be allowed.
 */
export function risksOf(request: Addressed, tables: Tables, byRule: Named = () => undefined): readonly Risk[] {
  const { resource, action, mayWrite } = request;
  const listed = riskOf(resource, action, mayWrite);
  if (!mayWrite) return listed ? [listed] : [];
  const own = listed ?? byRule(resource, action);
  const table = tableOf(resource, tables);
  const named = targetsOf(request.targetCollection, tables);
  const reached = [table, ...named].filter((name) => name !== undefined);
  const brought = [...new Set(reached)].flatMap((name) => [...broughtAlong(request.values, name, tables)]);
  const found = [
    ...(own ? [own] : []),
    ...reached.map((name) => riskOf(name, action, true) ?? byRule(name, action)),
    // Most rows are only pointed at in this way, so what is merely sensitive is not looked for here.
    ...brought.map((name) => riskOf(name, 'create', true)).filter((risk) => risk?.class !== 'sensitive'),
    // Such rows are made or changed: only the database knows which.
    ...brought.flatMap((name) => [byRule(name, 'create'), byRule(name, 'update')]),
  ];
  return unlike(found.filter((risk) => risk !== undefined)).sort((a, b) => rank(a) - rank(b));
}

/** What a command of the host risks, by its name and its options; undefined for those that only look. */
export function riskOfCommand(name: string, options: Readonly<Record<string, unknown>> = {}): Risk | undefined {
  const action = name === 'install' && (options.clean || options.force) ? INSTALL_ANEW : name;
  const found = Object.hasOwn(RISKY_COMMANDS, action) ? RISKY_COMMANDS[action] : undefined;
  return found && { action, ...found };
}

/** The host reads two words of a name, and an empty second one as none: `users.roles.x` is `users.roles`, `users.` is `users`. */
export function routedName(resource: string): string {
  const [first = '', second = ''] = resource.split('.', 2);
  return second === '' ? first : `${first}.${second}`;
}

/** The table whose rows a resource hands out; undefined for what is no table, or an unknown field of one. */
function tableOf(resource: string, tables: Tables): string | undefined {
  const [first = '', second] = routedName(resource).split('.');
  return second === undefined ? first : tables.target(first, second);
}

function targetsOf(parameter: unknown, tables: Tables): readonly (string | undefined)[] {
  const names = [parameter].flat().filter((name) => typeof name === 'string');
  return names.map((name) => tableOf(name, tables));
}

/**
 * Tables of which rows come with the values of another one, as `{ title, comments: [{ text }] }` does. Without recursion:
 * a body may be nested deeper than a stack reaches.
 */
function broughtAlong(values: unknown, table: string, tables: Tables): ReadonlySet<string> {
  const found = new Set<string>();
  const left: { readonly value: unknown; readonly of: string; readonly isBrought: boolean }[] = [];
  left.push({ value: values, of: table, isBrought: false });
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, of, isBrought } = next;
    if (Array.isArray(value)) {
      for (const row of value) if (isObject(row)) left.push({ value: row, of, isBrought });
    } else if (isObject(value)) {
      if (isBrought) found.add(of);
      for (const [field, rows] of Object.entries(value)) {
        const target = isObject(rows) ? tables.target(of, field) : undefined;
        if (target !== undefined) left.push({ value: rows, of: target, isBrought: true });
      }
    }
  }
  return found;
}

function othersLike(key: string): readonly RiskRow[] {
  if (key.includes('cluster_maintenance_')) return [OF_OURS];
  return key.startsWith('roles.') ? [OF_ROLES] : [];
}

function unlike(risks: readonly Risk[]): Risk[] {
  return risks.filter(({ action }, at) => risks.findIndex((other) => other.action === action) === at);
}

function rank({ group, class: risk }: Risk): number {
  return group === 'plugin-rows' ? -1 : RISK_CLASSES.indexOf(risk);
}

function byResource(rows: readonly RiskRow[]): ReadonlyMap<string, readonly RiskRow[]> {
  const found = new Map<string, RiskRow[]>();
  for (const row of rows) {
    const key = row.resource.toLowerCase();
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return found;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What every resource of the host may be asked to write with. */
const USUAL_WRITES: readonly string[] = ['create', 'update', 'destroy', 'updateOrCreate', 'firstOrCreate'];

/** Names of the actions above, as far as they can be told without a running app. */
export function riskyActions(): readonly string[] {
  return RISKY_ACTIONS.flatMap(({ resource, actions }) =>
    (actions === 'writes' ? USUAL_WRITES : actions).map((action) => `${resource}:${action}`),
  );
}

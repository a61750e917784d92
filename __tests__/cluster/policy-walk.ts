import { accessOfAction } from '../../src/server/core/access';
import { DEFAULT_POLICY } from '../../src/server/core/policy/defaults';
import { HARMLESS, HARMLESS_COMMANDS } from '../../src/server/core/policy/harmless';
import { riskOfCommand, risksOf, routedName, type Risk, type Tables } from '../../src/server/core/policy/risks';
import { verdictOf } from '../../src/server/core/policy/verdict';
import { RISK_CLASSES } from '../../src/shared/policy';

/** What `policy-probe.cjs` writes down. */
export interface Surface {
  readonly dataSources: Readonly<Record<string, SourceSurface>>;
  readonly commands: readonly string[];
  readonly plugins: readonly { readonly name: string; readonly enabled: boolean; readonly package: string }[];
  readonly error?: string;
}

export interface SourceSurface {
  readonly resources: Readonly<Record<string, readonly string[]>>;
  /** What every resource has; `a:b` is what `a` has alone. */
  readonly inherited: readonly string[];
  /** Field by field the table behind it. */
  readonly collections: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** `nowhere`: what all tables can do with their rows, asked of something that is no table. */
export const KINDS = [...RISK_CLASSES, 'harmless', 'reads', 'nowhere', 'unknown'] as const;
export type Kind = (typeof KINDS)[number];

export interface Found {
  /** `resource:action` or a command. */
  readonly name: string;
  readonly kind: Kind;
  readonly risk: Risk | undefined;
}

/** Every action of every resource, table and association of one data source, each with what is known of it. */
export function walk(source: SourceSurface): readonly Found[] {
  const everywhere = source.inherited.filter((name) => !name.includes(':'));
  return [...resourcesOf(source)].flatMap((resource) => {
    const own = source.inherited.filter((name) => name.startsWith(`${resource}:`)).map((name) => name.split(':')[1]);
    const names = source.resources[resource] ?? [...everywhere, ...own];
    const actions = [...new Set(names.filter((name) => name !== undefined))];
    return actions.map((action) => found(source, resource, action, everywhere.includes(action)));
  });
}

export function walkCommands(commands: readonly string[]): readonly Found[] {
  return commands.map((name) => {
    const risk = riskOfCommand(name);
    return { name, kind: risk?.class ?? (Object.hasOwn(HARMLESS_COMMANDS, name) ? 'harmless' : 'unknown'), risk };
  });
}

/** Every name by which the router takes a request. */
export function resourcesOf({ resources, collections }: SourceSurface): ReadonlySet<string> {
  const associations = Object.entries(collections).flatMap(([table, fields]) =>
    Object.keys(fields).map((field) => `${table}.${field}`),
  );
  return new Set([...Object.keys(resources), ...Object.keys(collections), ...associations]);
}

export function tablesOf({ collections }: SourceSurface): Tables {
  return { target: (table, field) => collections[table]?.[field] };
}

function found(source: SourceSurface, resource: string, action: string, isInherited: boolean): Found {
  const mayWrite = accessOfAction({ resource, action }) === 'write';
  const [risk] = risksOf({ resource, action, mayWrite }, tablesOf(source));
  const name = `${resource}:${action}`;
  return { name, kind: risk?.class ?? (mayWrite ? kindOf(source, resource, action, isInherited) : 'reads'), risk };
}

function kindOf(source: SourceSurface, resource: string, action: string, isInherited: boolean): Kind {
  const [first = '', field] = routedName(resource).split('.');
  const table = field === undefined ? first : source.collections[first]?.[field];
  const rows = HARMLESS.filter((row) => row.resource === resource || row.resource === table);
  const known = rows.some(({ actions }) => (actions === 'rows' ? isInherited : actions.includes(action)));
  if (known) return 'harmless';
  return isInherited && (table === undefined || !Object.hasOwn(source.collections, table)) ? 'nowhere' : 'unknown';
}

/** What production does with each kind by default, as a table for people. */
export function figures(actions: readonly Found[], commands: readonly Found[]): string {
  const columns = ['actions', 'allowed', 'asked', 'denied', 'under maintenance', 'commands', 'asked'];
  const rows = KINDS.map((kind) => {
    const [of, ofCommands] = [actions, commands].map((all) => all.filter((one) => one.kind === kind));
    return [kind, ...countsOf(of ?? []), ofCommands?.length ?? 0, decided(ofCommands ?? [], 'ask')];
  });
  const sums = columns.map((_, at) => rows.reduce((sum, row) => sum + Number(row[at + 1]), 0));
  const lines = [['', ...columns], ['---', ...columns.map(() => '---:')], ...rows, ['all', ...sums]];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function countsOf(all: readonly Found[]): readonly number[] {
  const maintained = all.filter((one) => verdict(one)?.maintenance !== 'none' && verdict(one) !== undefined);
  const free = all.filter(({ risk }) => risk === undefined).length;
  return [
    all.length,
    free + decided(all, 'allow'),
    decided(all, 'ask'),
    decided(all, 'deny'),
    maintained.filter((one) => verdict(one)?.decision !== 'deny').length,
  ];
}

function decided(all: readonly Found[], decision: string): number {
  return all.filter((one) => verdict(one)?.decision === decision).length;
}

const CALM = { now: 0, work: [], missingNodes: [], differentNodes: [] };

/** For a person with every right, on a calm day in production, who gave no reason yet. */
function verdict({ risk }: Found) {
  const asker = { environment: 'production', roles: ['root'], subject: '', mayOperate: true, given: {} } as const;
  return risk && verdictOf(DEFAULT_POLICY, { ...asker, risk }, CALM);
}

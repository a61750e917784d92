import { OPERATION_KINDS, type OperationKind, type OperationScope } from '../../shared/domain';

export interface GatedCommand {
  readonly kind: OperationKind;
  readonly scope: OperationScope;
  /** What it is about, where its words do not say so. */
  readonly subject?: string;
}

/** Kinds that no command of the host stands for; commands of other plugins may have these names all the same. */
const NO_COMMANDS: readonly OperationKind[] = ['maintenance', 'backup', 'roll-back', 'migration', 'work'];

/** Commands that are not named as what they do. The migration manager's `migration run` arrives as `migration.run`. */
const BY_NAME: Readonly<Record<string, GatedCommand>> = {
  'migration.generate': { kind: 'migration', scope: 'writes' },
  'migration.run': { kind: 'migration', scope: 'all' },
  // Writes all paths of a tree anew, row by row.
  'tree-collection:sync-path': { kind: 'work', scope: 'all', subject: 'tree-collection:sync-path' },
};

/** What a command becomes, by its name in the `maintaining` event; undefined: it may run any time. */
export function gatedCommand(name: string | undefined): GatedCommand | undefined {
  if (name === undefined) return undefined;
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name];
  const kind = OPERATION_KINDS.find((known) => known === name && !NO_COMMANDS.includes(known));
  return kind && { kind, scope: 'all' };
}

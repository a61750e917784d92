import type { OperationKind } from '../../../shared/domain';

/** What a queued request will do when its time has come: a command of the host, or a backup. */
export type QueuePlan =
  | {
      readonly does: 'command';
      readonly kind: OperationKind;
      readonly argv: readonly string[];
      readonly names: readonly string[];
    }
  | { readonly does: 'backup' };

export type PlanOutcome =
  { readonly ok: true; readonly plan: QueuePlan } | { readonly ok: false; readonly problem: string };

type Fields = Readonly<Record<string, unknown>>;

/** Commands that can wait, by the action of the plugin manager that starts them. */
const PLUGIN_COMMANDS: Readonly<Record<string, OperationKind>> = {
  'pm:add': 'pm.add',
  'pm:update': 'pm.update',
  'pm:enable': 'pm.enable',
  'pm:disable': 'pm.disable',
  'pm:remove': 'pm.remove',
};
const COMMANDS: readonly string[] = [...Object.values(PLUGIN_COMMANDS), 'upgrade'];
const BACKUPS: readonly string[] = ['backups:create', 'backup:create'];

/** Name of a plugin or package. It never begins like an option of the command line, and is no address and no file. */
const NAME = /^@?[a-z0-9][\w.-]*(?:\/[a-z0-9][\w.-]*)?$/i;
const VERSION = /^[0-9a-z][\w.+-]*$/i;

/**
 * What becomes of a request that is done later, without its person. Only what is wholly said by names can wait: files, addresses
 * and tokens are not kept for days. `exact` is what the gate has bound.
 */
export function planOf(action: string, exact: Fields | undefined): PlanOutcome {
  if (!exact) return no('A request that brings a file cannot wait: the file is not kept.');
  if (BACKUPS.includes(action)) return { ok: true, plan: { does: 'backup' } };
  const kind = PLUGIN_COMMANDS[action];
  if (kind) return pluginPlan(kind, fieldsOf(exact.params));
  if (COMMANDS.includes(action)) return commandPlan(action as OperationKind, exact);
  return no(`"${action}" cannot wait: only plugin changes, upgrades and backups begin by themselves.`);
}

function pluginPlan(kind: OperationKind, params: Fields): PlanOutcome {
  const { registry, authToken, compressedFileUrl, version, packageName } = fieldsOf(params.values);
  if (registry || authToken || compressedFileUrl) {
    return no('A request that names a registry, a token or an address cannot wait: these are not kept.');
  }
  const byPackage = kind === 'pm.add' || kind === 'pm.update';
  const names = [byPackage ? packageName : params.filterByTk].flat().flatMap(namesIn);
  const options = version === undefined || version === null || version === '' ? [] : [version];
  if (!options.every((one) => typeof one === 'string' && VERSION.test(one))) return no('"version" is none.');
  return command(kind, names, byPackage ? options.map((one) => `--version=${String(one)}`) : []);
}

function commandPlan(kind: OperationKind, { words, options }: Fields): PlanOutcome {
  const names = Array.isArray(words) ? words : [];
  if (Object.keys(fieldsOf(options)).length > 0) return no('A command with options cannot wait.');
  if (kind !== 'upgrade') return command(kind, names, []);
  if (names.length > 0) return no('An upgrade of something cannot wait.');
  return { ok: true, plan: { does: 'command', kind, argv: ['upgrade'], names: [] } };
}

function command(kind: OperationKind, names: readonly unknown[], options: readonly string[]): PlanOutcome {
  const good = names.filter((name) => typeof name === 'string').filter((name) => NAME.test(name));
  if (good.length === 0 || good.length !== names.length) return no('Only plugins that are named can wait.');
  return { ok: true, plan: { does: 'command', kind, argv: [...kind.split('.'), ...good, ...options], names: good } };
}

/** The host takes several names in one text, too. */
function namesIn(value: unknown): readonly unknown[] {
  return typeof value === 'string' ? value.split(',').map((name) => name.trim()) : [value];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function no(problem: string): PlanOutcome {
  return { ok: false, problem };
}

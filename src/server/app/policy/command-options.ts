import type { Application, HostCommand } from '@nocobase/server';
import { riskOfCommand } from '../../core/policy/risks';
import type { Given } from '../../core/policy/verdict';
import { actionCommand } from '../command-words';

/** What the commands of the host take besides their own: the same that requests bring in headers. */
export const COMMAND_OPTIONS = {
  // Texts of several words: the host's command line loses quotes.
  reason: { flag: '--maintenance-reason', takes: '<text...>', about: 'why it is done, where the policy asks for it' },
  name: { flag: '--maintenance-name', takes: '<text...>', about: 'the name of what it is about, typed once more' },
  approval: { flag: '--maintenance-approval', takes: '<id>', about: 'the approval of another admin' },
} as const;

/** The same, where the host's command line passes no options on (`upgrade`), and for a start. */
export const COMMAND_VARIABLES = {
  reason: 'CLUSTER_MAINTENANCE_REASON',
  name: 'CLUSTER_MAINTENANCE_NAME',
  approval: 'CLUSTER_MAINTENANCE_APPROVAL',
} as const;

export type CommandGiven = Pick<Given, 'reason' | 'name'> & { readonly approval?: string };

/** Commands come and go with plugins, so the options are added when one of them is about to be read. */
export function acceptOptions(app: Application): void {
  app.cli.hook('preSubcommand', (_cli, command) => addOptions(command, command.name()));
}

function addOptions(command: HostCommand, name: string): void {
  for (const inner of command.commands) addOptions(inner, `${name}.${inner.name()}`);
  if (!riskOfCommand(name)) return;
  for (const { flag, takes, about } of Object.values(COMMAND_OPTIONS)) {
    if (!command.options.some(({ long }) => long === flag)) command.option(`${flag} ${takes}`, about);
  }
}

/** What the command that begins was given. */
export function givenToCommand(app: Application): CommandGiven {
  const options = actionCommand(app)?.opts?.() ?? {};
  return given(options.maintenanceReason, options.maintenanceName, options.maintenanceApproval);
}

/** What the environment of this process says. */
export function givenByVariables(env: NodeJS.ProcessEnv): CommandGiven {
  return given(env[COMMAND_VARIABLES.reason], env[COMMAND_VARIABLES.name], env[COMMAND_VARIABLES.approval]);
}

/** The same that commands of the host take, as one of our own was given it. */
export function givenToRun(options: Readonly<Record<string, unknown>>): CommandGiven {
  return given(options.reason ?? options.maintenanceReason, options.maintenanceName, options.maintenanceApproval);
}

function given(...values: readonly unknown[]): CommandGiven {
  const [reason, name, approval] = values.map(textOf);
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(name === undefined ? {} : { name }),
    ...(approval === undefined ? {} : { approval }),
  };
}

function textOf(value: unknown): string | undefined {
  const text = [value]
    .flat()
    .filter((word) => typeof word === 'string')
    .join(' ')
    .trim();
  return text === '' ? undefined : text;
}

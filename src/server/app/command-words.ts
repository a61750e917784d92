import type { Application, HostCommand } from '@nocobase/server';

/** What the host's command was given, without options: those may hold tokens. */
export function commandArguments(app: Application): string[] {
  const words: readonly unknown[] = actionCommand(app)?.args ?? [];
  return words.filter((word) => typeof word === 'string').filter((word) => !word.startsWith('-'));
}

/** Its options by name, without those of this plugin. */
export function commandOptions(app: Application): Readonly<Record<string, unknown>> {
  const all = Object.entries(actionCommand(app)?.opts?.() ?? {});
  return Object.fromEntries(all.filter(([name]) => !name.startsWith('maintenance')));
}

/** The command that begins, as it has been read. */
export function actionCommand(app: Application): Partial<HostCommand> | undefined {
  return (app as { _actionCommand?: Partial<HostCommand> | null })._actionCommand ?? undefined;
}

/** A file's name without where it lies on this machine; a scoped package keeps its scope. */
export function withoutFolder(word: string): string {
  return word
    .split('/')
    .slice(word.startsWith('@') ? -2 : -1)
    .join('/');
}

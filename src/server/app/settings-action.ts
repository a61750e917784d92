import type { Middleware } from '@nocobase/server';
import type { SettingsBody } from '../../shared/settings-view';
import { masking } from '../core/masking';
import { readSettings, type Settings } from '../core/settings';
import { settingsView } from '../core/settings-view';

export interface SettingsActionDeps {
  /** In force in this process. */
  readonly settings: Settings;
}

/** `clusterMaintenance:settings`: what is in force on the node that answers, secrets masked. */
export function settingsActions({ settings }: SettingsActionDeps): Record<string, Middleware> {
  return {
    settings: async (ctx, next) => {
      ctx.body = settingsBody(settings, process.env);
      await next();
    },
  };
}

export function settingsBody(settings: Settings, env: NodeJS.ProcessEnv): SettingsBody {
  const { node, namespace } = settings;
  const read = readSettings({ env, bootId: node.bootId, hostname: node.name, namespace });
  const mask = masking(env);
  const problems = read.ok ? [] : read.problems.map(mask);
  return { node: node.name, settings: settingsView(settings, env, mask), problems };
}

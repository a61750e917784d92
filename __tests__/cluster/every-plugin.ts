import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Api, Cluster } from '../../tools/cluster';
import { pluginAction } from './commands';

const SCOPE = '@nocobase';
const PREFIX = 'plugin-';
/** The host brings them along, but does not list them. */
const UNLISTED = ['backup-restore', 'comments'];

/** Enables whatever the host brings along. */
export async function enableEveryPlugin(api: Api, cluster: Cluster): Promise<void> {
  const { body } = await api.get<{ data: { packageName: string; enabled: boolean }[] }>('pm:list');
  const others = body.data.filter(({ packageName }) => packageName.startsWith(`${SCOPE}/${PREFIX}`));
  const listed = others.filter(({ enabled }) => !enabled).map(({ packageName }) => shortName(packageName));
  const answer = await pluginAction(api, 'enable', [...listed, ...UNLISTED].join(','), cluster.node(0));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

/** The packages of all plugins of the host that are there to be enabled. */
export function pluginsOnDisk({ slot }: Cluster): readonly string[] {
  const names = readdirSync(join(slot.directory, 'node_modules', SCOPE));
  return names.filter((name) => name.startsWith(PREFIX)).map((name) => `${SCOPE}/${name}`);
}

function shortName(packageName: string): string {
  return packageName.slice(`${SCOPE}/${PREFIX}`.length);
}

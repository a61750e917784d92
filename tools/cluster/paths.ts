import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { registerPath } from './cleanup';

export const PLUGIN_PACKAGE = 'nocobase-plugin-cluster-maintenance';

export const projectRoot = resolve(__dirname, '..', '..');
export const hostRoot = join(projectRoot, '.host');
export const baseHost = join(hostRoot, 'base');
/** Written by the bootstrap when the host's install is complete; its text changes with every other install. */
export const baseHostStamp = join(baseHost, '.installed');

/** A temporary folder that disappears with the run. Its path is short, because socket paths are limited to 107 bytes. */
export function temporaryDirectory(label: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `cm-${label}-`));
  const forget = registerPath(path);
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
      forget();
    },
  };
}

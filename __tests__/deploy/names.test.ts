import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readSettings } from '../../src/server/core/settings';
import { settingsView } from '../../src/server/core/settings-view';
import { RESOURCE } from '../../src/shared/api';

interface Kind {
  readonly kind: string;
}

const MANIFESTS = 'deploy/kubernetes/nocobase.yaml';
const files = ['deploy', 'examples'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name)),
);
const { settings } = readSettings({ env: {}, bootId: 'b', hostname: 'h', namespace: 'n' });
/** What the plugin reads; the token is a secret, so no page shows it. */
const known = [
  ...settingsView(settings, {}, (text) => text).map(({ variable }) => variable),
  'CLUSTER_MAINTENANCE_METRICS_TOKEN',
];

describe.each(files)('%s', (file) => {
  const text = readFileSync(file, 'utf8');

  it('names only variables that the plugin reads, and only routes that need no sign-in', () => {
    for (const [name] of text.matchAll(/\bCLUSTER_MAINTENANCE(_[A-Z]+)*\b/g)) expect(known).toContain(name);
    for (const [, route] of text.matchAll(new RegExp(`${RESOURCE}:(\\w+)`, 'g'))) {
      expect(['live', 'ready', 'metrics']).toContain(route);
    }
  });

  it('refers only to files of this project that there are', () => {
    for (const [name] of text.matchAll(/(?<![\w/])(deploy|examples|docs)\/[\w./-]*\w/g)) {
      expect(existsSync(name), name).toBe(true);
    }
  });
});

/** It reads what it changes into types of its own, without a cluster, and drops what they do not have. */
const kubectl = (...words: string[]) =>
  spawnSync('kubectl', ['set', ...words, '--local', '-o', 'json', '-f', MANIFESTS], { encoding: 'utf8' }).stdout ?? '';
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

describe('Kubernetes', () => {
  it.runIf(hasKubectl).each([
    ['Deployment', 'serviceaccount', 'default'],
    ['Service', 'selector', 'app=nocobase'],
  ])('knows every field of the %s', (kind, ...words) => {
    const written = parseAllDocuments(readFileSync(MANIFESTS, 'utf8')).map((document) => document.toJS() as Kind);
    const read = JSON.parse(kubectl(...words)) as Kind;
    expect(read.kind).toBe(kind);
    expect(read).toMatchObject(written.find((one) => one.kind === kind) ?? {});
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseHost, temporaryDirectory } from './paths';

export interface SamplePlugin {
  /** npm name, and so the plugin's name: lower case letters, digits, dashes. */
  name: string;
  version: string;
  /** What `GET /api/NAME:ping` answers beside the version. */
  text: string;
  /** A collection (table) of this name with one string field `title`. */
  collection?: string;
  /** Where it breaks; the error's message is `NAME VERSION fails at PHASE`. */
  failAt?: 'load' | 'install' | 'migration';
  /** Statements of JavaScript that its migration begins with; `this` is the migration. */
  onMigration?: string;
  /** Statements of JavaScript at the end of its `load()`; `this` is the plugin. */
  onLoad?: string;
  /** Statements of JavaScript that define its commands, known before it loads; `app` is the app. */
  commands?: string;
}

/** Makes a real, minimal server plugin for NocoBase and packs it; gives the path of the .tgz. */
export function packSamplePlugin(plugin: SamplePlugin): string {
  const { path } = temporaryDirectory('sample');
  for (const [file, text] of Object.entries(filesOf(plugin))) {
    const target = join(path, 'package', file);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, text);
  }
  const archive = join(path, `${plugin.name}-${plugin.version}.tgz`);
  execFileSync('tar', ['czf', archive, '-C', path, 'package']);
  rmSync(join(path, 'package'), { recursive: true });
  return archive;
}

function filesOf(plugin: SamplePlugin): Record<string, string> {
  const { name, version, failAt, onMigration } = plugin;
  const migrates = failAt === 'migration' || onMigration !== undefined;
  const manifest = {
    name,
    version,
    displayName: `Sample ${name}`,
    main: 'dist/server/index.js',
    license: 'Apache-2.0',
    peerDependencies: { '@nocobase/server': '2.x' },
    nocobase: { supportedVersions: ['2.x'] },
  };
  return {
    'package.json': JSON.stringify(manifest, null, 2),
    'server.js': "module.exports = require('./dist/server/index.js');\n",
    'client.js': "module.exports = require('./dist/client/index.js');\n",
    // The host refuses to enable a plugin that was built for another minor version of its packages.
    'dist/externalVersion.js': `module.exports = ${JSON.stringify({ '@nocobase/server': hostVersion() })};\n`,
    'dist/client/index.js': clientModule(name),
    'dist/server/index.js': serverModule(plugin),
    ...(migrates ? { 'dist/server/migrations/20260101000000-sample.js': migrationModule(plugin) } : {}),
  };
}

function serverModule({ name, version, text, collection, failAt, onLoad = '', commands = '' }: SamplePlugin): string {
  const failure = (phase: string) =>
    failAt === phase ? `throw new Error(${JSON.stringify(`${name} ${version} fails at ${phase}`)});` : '';
  const fields = "[{ type: 'string', name: 'title' }]";
  const define = collection ? `this.db.collection({ name: ${JSON.stringify(collection)}, fields: ${fields} });` : '';
  return `'use strict';
const { Application, Plugin } = require('@nocobase/server');
class SamplePlugin extends Plugin {
  static async staticImport() {
    Application.addCommand((app) => {
      ${commands}
    });
  }
  async load() {
    ${failure('load')}
    ${define}
    this.app.resourceManager.define({
      name: ${JSON.stringify(name)},
      actions: {
        async ping(ctx, next) {
          ctx.body = { version: ${JSON.stringify(version)}, text: ${JSON.stringify(text)} };
          await next();
        },
      },
    });
    this.app.acl.allow(${JSON.stringify(name)}, 'ping', 'public');
    ${onLoad}
  }
  async install() {
    ${failure('install')}
  }
}
module.exports = SamplePlugin;
module.exports.default = SamplePlugin;
`;
}

function migrationModule({ name, version, failAt, onMigration = '' }: SamplePlugin): string {
  const failure = `throw new Error(${JSON.stringify(`${name} ${version} fails at migration`)});`;
  return `'use strict';
const { Migration } = require('@nocobase/server');
module.exports = class extends Migration {
  on = 'afterLoad';
  async up() {
    ${onMigration}
    ${failAt === 'migration' ? failure : ''}
  }
};
`;
}

function clientModule(name: string): string {
  return `define(${JSON.stringify(name)}, [], function () {
  function SamplePlugin() {}
  SamplePlugin.prototype.load = function () {};
  return { default: SamplePlugin };
});
`;
}

function hostVersion(): string {
  const file = join(baseHost, 'node_modules', '@nocobase', 'server', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

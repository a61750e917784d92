import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { createElement, type ComponentType } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientModuleSource, CLIENT_MODULES } from '../../tools/build/host-modules.mjs';
import { buildPlugin } from '../../tools/build/index.mjs';

const run = promisify(execFile);
const require = createRequire(__filename);
const root = join(__dirname, '..', '..');
const sample = join(root, 'tools/check/fixtures/build');
const DRIVERS = ['pg', 'mysql2', 'mariadb'];

type Lane = keyof typeof CLIENT_MODULES;
type Built = Awaited<ReturnType<typeof buildPlugin>>;
interface AmdModule {
  readonly id: string;
  readonly dependencies: string[];
  readonly factory: (...values: unknown[]) => { default: new (options: object, app: object) => object };
}

const temporary: string[] = [];
async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'build-test-'));
  temporary.push(directory);
  return directory;
}
afterAll(() => Promise.all(temporary.map((directory) => rm(directory, { recursive: true, force: true }))));

/** Runs a client bundle as NocoBase's loader does: a `define` and nothing else. */
async function loadAmd(dist: string, lane: Lane): Promise<AmdModule> {
  const modules: AmdModule[] = [];
  const define = (id: string, dependencies: string[], factory: AmdModule['factory']) =>
    modules.push({ id, dependencies, factory });
  // Run in this realm's globals, so that what the bundle makes can be rendered here.
  const browser = {
    ...{ define, console, setTimeout, clearTimeout, AbortController },
    ...{ Promise, Object, Array, Error, Date, Math, Map, Set },
  };
  runInNewContext(await readFile(join(dist, lane, 'index.js'), 'utf8'), browser);
  expect(modules).toHaveLength(1);
  return modules[0] as AmdModule;
}

class HostPlugin {
  constructor(
    readonly options: object,
    readonly app: Record<string, unknown>,
  ) {}
  get pluginSettingsManager() {
    return this.app['pluginSettingsManager'];
  }
}

/** The real package where there is one; for the host's own packages, a `Plugin` class. */
const hostModule = (name: string): unknown => (name.startsWith('@nocobase/') ? { Plugin: HostPlugin } : require(name));

/**
 * Loads the server bundle where nothing but the host's packages can be found, no database driver among them.
 * Prints the type of the default export.
 */
async function loadServer(dist: string, externals: string[]): Promise<string> {
  const directory = await temporaryDirectory();
  const anything =
    'module.exports = new Proxy({}, { get: (_, key) => (key === "__esModule" ? false : class Host {}) });';
  for (const name of externals.filter((external) => !DRIVERS.includes(external))) {
    await mkdir(join(directory, 'node_modules', name), { recursive: true });
    await writeFile(join(directory, 'node_modules', name, 'index.js'), anything);
  }
  await cp(dist, join(directory, 'dist'), { recursive: true });
  const code = `process.stdout.write(typeof require('./dist/server/index.js').default)`;
  return (await run(process.execPath, ['-e', code], { cwd: directory, env: { PATH: process.env['PATH'] } })).stdout;
}

async function listFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(directory, join(entry.parentPath, entry.name))).sort();
}

describe.each([
  ['a sample plugin', sample, 'nocobase-plugin-sample'],
  ['this plugin', root, 'nocobase-plugin-cluster-maintenance'],
])('the build of %s', (_, source, name) => {
  let dist: string;
  let built: Built;
  beforeAll(async () => {
    dist = join(await temporaryDirectory(), 'dist');
    built = await buildPlugin({ root: source, outdir: dist });
  });

  it.each<[Lane, string]>([
    ['client', name],
    ['client-v2', `${name}/client-v2`],
  ])('defines lane %s as %s and asks the host only for what it provides', async (lane, id) => {
    const module = await loadAmd(dist, lane);
    expect(module.id).toBe(id);
    expect(module.dependencies).toContain(lane === 'client' ? '@nocobase/client' : '@nocobase/client-v2');
    expect(CLIENT_MODULES[lane]).toEqual(expect.arrayContaining(module.dependencies));
    expect(typeof module.factory(...module.dependencies.map(hostModule)).default).toBe('function');
  });

  it('gives each lane in one file', async () => {
    const files = await listFiles(dist);
    expect(files.filter((file) => /^client(-v2)?\//.test(file) && file.endsWith('.js'))).toEqual([
      'client-v2/index.js',
      'client/index.js',
    ]);
  });

  it('gives a server that loads with the host alone and without any database driver', async () => {
    expect(await loadServer(dist, built.server.externals)).toBe('function');
  });

  it('lists versions of the host packages it was built with, and none of @nocobase', async () => {
    const { default: versions } = (await import(join(dist, 'externalVersion.js'))) as { default: object };
    expect(versions).toMatchObject({ react: expect.stringMatching(/^18\./), antd: expect.stringMatching(/^5\./) });
    expect(Object.keys(versions).filter((key) => key.startsWith('@nocobase/'))).toEqual([]);
  });

  it('carries the licences of what it bundles', async () => {
    const text = await readFile(join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    expect(built.bundled).toContain('ioredis');
    for (const bundled of built.bundled) expect(text).toMatch(new RegExp(`^${bundled} \\d`, 'm'));
  });
});

describe('the build', () => {
  let dist: string;
  beforeAll(async () => {
    dist = join(await temporaryDirectory(), 'dist');
    await buildPlugin({ root: sample, outdir: dist });
  });

  it('gives what NocoBase loads by its place', async () => {
    const files = await listFiles(dist);
    expect(files).toEqual(
      expect.arrayContaining(['server/commands/sample.js', 'swagger/index.js', 'locale/en-US.json']),
    );
  });

  it('puts Lua scripts in as text', async () => {
    expect(await readFile(join(dist, 'server/index.js'), 'utf8')).toContain(`redis.call('PING')`);
  });

  it('has a loader for tools that run Lua scripts from source', async () => {
    const loader = join(root, 'tools/build/lua-as-text.mjs');
    const args = ['--import', 'tsx', '--import', loader, join(sample, 'read-lua.ts')];
    const { stdout } = await run(process.execPath, args, { cwd: root });
    expect(stdout).toBe(await readFile(join(sample, 'src/server/ping.lua'), 'utf8'));
  });

  it('gives a page that renders with the host’s own packages', async () => {
    const { factory, dependencies } = await loadAmd(dist, 'client-v2');
    const Plugin = factory(...dependencies.map(hostModule)).default;
    let page: { componentLoader(): Promise<{ default: ComponentType }> } | undefined;
    const pluginSettingsManager = {
      addMenuItem: () => undefined,
      addPageTabItem: (item: NonNullable<typeof page>) => (page = item),
    };
    await (new Plugin({}, { pluginSettingsManager }) as { load(): Promise<void> }).load();
    const { default: Page } = (await page?.componentLoader()) ?? {};
    expect(renderToString(createElement(Page as ComponentType))).toMatch(/<button.*title="1970".*drain/);
  });

  it.each<[string, Lane, RegExp]>([
    ['antd/es/button', 'client-v2', /provides only antd itself/],
    ['@nocobase/client', 'client-v2', /does not provide it in lane client-v2/],
    ['@nocobase/server', 'client', /does not provide it in lane client/],
  ])('refuses an import of %s in lane %s', (specifier, lane, sentence) => {
    expect(clientModuleSource(specifier, lane).refused).toMatch(sentence);
  });

  it('says which entry is missing', async () => {
    const empty = await temporaryDirectory();
    await writeFile(join(empty, 'package.json'), '{ "name": "empty" }');
    await expect(buildPlugin({ root: empty, outdir: join(empty, 'dist') })).rejects.toThrow('is missing');
  });
});

describe('the package', () => {
  it('holds the build, the markers of its lanes and the papers, and no source', async () => {
    const copy = await temporaryDirectory();
    const skipped = ['node_modules', 'dist', '.git', '.host'].map((entry) => join(root, entry));
    await cp(root, copy, { recursive: true, filter: (path) => !skipped.includes(path) });
    await buildPlugin({ root, outdir: join(copy, 'dist') });
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: copy });
    const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
    const files = packed?.files.map((file) => file.path).sort();
    const built = (await listFiles(join(copy, 'dist'))).map((file) => `dist/${file}`);
    const markers = ['client', 'client-v2', 'server'].flatMap((lane) => [`${lane}.js`, `${lane}.d.ts`]);
    const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    expect(files).toEqual([...built, ...markers, ...papers, 'bin/maintenance.cjs'].sort());
  });
});

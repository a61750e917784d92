import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageOf } from './host-modules.mjs';

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Version of an installed package, found by place: many packages do not export their package.json. */
function installedVersion(root, name) {
  const folders = createRequire(join(root, 'package.json')).resolve.paths(name) ?? [];
  const manifest = folders.map((folder) => join(folder, name, 'package.json')).find(existsSync);
  if (!manifest) throw new Error(`${name} is imported as the host's, but is not in devDependencies.`);
  return readJson(manifest).version;
}

/**
 * NocoBase compares each version in this file with the range that the running core works with: `react` with 18.x,
 * `antd` with 5.x and so on, but `@nocobase/*` with exactly the core's own minor version, so that any number would
 * make the plugin incompatible with all other 2.x. They are therefore left out; package.json says 2.x for them.
 */
export async function writeExternalVersions({ root, outdir, externals }) {
  const names = [...new Set(externals.map(packageOf))].filter((name) => !name.startsWith('@nocobase/')).sort();
  const versions = Object.fromEntries(names.map((name) => [name, installedVersion(root, name)]));
  await writeFile(join(outdir, 'externalVersion.js'), `module.exports = ${JSON.stringify(versions, null, 2)};\n`);
  return versions;
}

export async function copyLocales({ root, outdir }) {
  const source = join(root, 'src/locale');
  if (!existsSync(source)) return [];
  const files = readdirSync(source).filter((file) => file.endsWith('.json'));
  await mkdir(join(outdir, 'locale'), { recursive: true });
  await Promise.all(files.map((file) => copyFile(join(source, file), join(outdir, 'locale', file))));
  return files;
}

/** What other plugins program against: types only, without imports, so it is its own declaration file. */
const CONTRACT = 'src/server/app/work/contract.ts';

/** Types of the entries: each lane exports its plugin class, and the server what it offers to other plugins. */
export async function writeDeclarations({ root, outdir }) {
  const lanes = { server: '@nocobase/server', client: '@nocobase/client', 'client-v2': '@nocobase/client-v2' };
  const contract = existsSync(join(root, CONTRACT));
  if (contract) await copyFile(join(root, CONTRACT), join(outdir, 'server/work.d.ts'));
  for (const [lane, host] of Object.entries(lanes)) {
    const offers = contract && lane === 'server';
    const types = offers ? "import type { ClusterWork } from './work';\nexport type * from './work';\n" : '';
    const body = offers ? '{\n  get work(): ClusterWork;\n}' : '{}';
    const text = `import { Plugin } from '${host}';\n${types}declare class ClusterMaintenance extends Plugin ${body}\nexport default ClusterMaintenance;\n`;
    await writeFile(join(outdir, lane, 'index.d.ts'), text);
  }
}

const ALLOWED_LICENSES = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);

function bundledPackage(root, input) {
  const match = /^(?<directory>.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return match?.groups ? join(root, match.groups.directory) : undefined;
}

function notice(directory) {
  const { name, version, license } = readJson(join(directory, 'package.json'));
  if (!ALLOWED_LICENSES.has(license)) {
    throw new Error(`${name} ${version} has licence ${license}: not one that may be bundled with Apache-2.0.`);
  }
  const file = readdirSync(directory).find((entry) => /^(licen[sc]e|copying)(\.|-|$)/i.test(entry));
  const text = file ? readFileSync(join(directory, file), 'utf8').trim() : '(The package carries no licence text.)';
  return { name, text: `${name} ${version} (${license})\n\n${text}` };
}

/** The licences of what is inside the bundles, as those licences ask for. */
export async function writeLicenses({ root, outdir, inputs }) {
  const directories = new Set(inputs.map((input) => bundledPackage(root, input)).filter(Boolean));
  const notices = [...directories].map(notice).sort((a, b) => a.name.localeCompare(b.name));
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  const body = ['This package contains parts of the following packages.', ...notices.map((item) => item.text)].join(
    line,
  );
  await writeFile(join(outdir, 'THIRD-PARTY-LICENSES.txt'), `${body}\n`);
  return notices.map((item) => item.name);
}

import { build } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { SERVER_MODULES } from './host-modules.mjs';

/** Directories whose files NocoBase loads one by one, by their place. */
const LOADED_BY_HOST = ['server/commands', 'server/collections', 'server/migrations', 'swagger'];

function entryPoints(source) {
  const entries = { 'server/index': join(source, 'server/index.ts') };
  if (!existsSync(entries['server/index'])) throw new Error('src/server/index.ts is missing: nothing to build.');
  for (const directory of LOADED_BY_HOST) {
    if (!existsSync(join(source, directory))) continue;
    for (const file of readdirSync(join(source, directory))) {
      if (!file.endsWith('.ts') || file.endsWith('.d.ts')) continue;
      entries[`${directory}/${file.slice(0, -'.ts'.length)}`] = join(source, directory, file);
    }
  }
  return entries;
}

/** Bundles the server. Each entry is whole in itself: module state is not shared between them. */
export async function buildServer({ root, outdir }) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entryPoints(join(root, 'src')),
    outdir,
    bundle: true,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node18',
    keepNames: true,
    charset: 'utf8',
    legalComments: 'none',
    external: SERVER_MODULES,
    loader: { '.lua': 'text' },
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const externals = imports.filter((item) => item.external && !isBuiltin(item.path)).map((item) => item.path);
  return { externals: [...new Set(externals)].sort(), inputs: Object.keys(metafile.inputs) };
}

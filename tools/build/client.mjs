import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clientModuleSource } from './host-modules.mjs';

/** The v1 loader asks for the package's name, the v2 loader for NAME/client-v2. */
const moduleId = (packageName, lane) => (lane === 'client' ? packageName : `${packageName}/${lane}`);

const hostModules = (lane) => ({
  name: 'host-modules',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      const source = clientModuleSource(path, lane);
      if (source.refused) return { errors: [{ text: source.refused }] };
      return source.from === 'host' ? { path, external: true } : undefined;
    });
  },
});

/**
 * One file per lane in the wrapper that NocoBase's AMD loader expects: named, with its dependencies listed.
 * esbuild writes no UMD, so its CommonJS output gets a `require` that knows exactly those dependencies.
 */
export function wrap(id, dependencies, code) {
  const names = dependencies.map((_, index) => `d${index}`).join(',');
  const table = dependencies.map((name, index) => `${JSON.stringify(name)}:d${index}`).join(',');
  const required = dependencies.map((name) => `require(${JSON.stringify(name)})`).join(',');
  return `(function(factory){
if(typeof exports==="object"&&typeof module==="object")module.exports=factory(${required});
else define(${JSON.stringify(id)},${JSON.stringify(dependencies)},factory);
})(function(${names}){var host={${table}},module={exports:{}};
(function(module,exports,require){${code}})(module,module.exports,function(name){return host[name]});
return module.exports;});
`;
}

/** Bundles one lane. Returns the ids it takes from the host and the files that went in. */
export async function buildClient({ root, outdir, manifest, lane }) {
  const entry = ['index.tsx', 'index.ts'].map((file) => join(root, 'src', lane, file)).find(existsSync);
  if (!entry) throw new Error(`src/${lane}/index.ts(x) is missing: nothing to build for lane ${lane}.`);
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(outdir, lane, 'index.js'),
    write: false,
    bundle: true,
    metafile: true,
    format: 'cjs',
    platform: 'browser',
    target: 'es2019',
    jsx: 'transform',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [hostModules(lane)],
    logLevel: 'silent',
  });
  const [output] = Object.values(result.metafile.outputs);
  const dependencies = [...new Set(output.imports.filter((item) => item.external).map((item) => item.path))].sort();
  await mkdir(join(outdir, lane), { recursive: true });
  const code = wrap(moduleId(manifest.name, lane), dependencies, result.outputFiles[0].text);
  await writeFile(join(outdir, lane, 'index.js'), code);
  return { externals: dependencies, inputs: Object.keys(result.metafile.inputs) };
}

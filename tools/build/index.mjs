/** `npm run build`: fills dist/ with what NocoBase loads. See docs of each step in its own file. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildClient } from './client.mjs';
import { copyLocales, writeDeclarations, writeExternalVersions, writeLicenses } from './package-files.mjs';
import { buildServer } from './server.mjs';

/** Builds the plugin in `root` into `outdir`. Throws with one sentence per thing that cannot work. */
export async function buildPlugin({ root, outdir }) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await rm(outdir, { recursive: true, force: true });
  const [server, client, clientV2] = await Promise.all([
    buildServer({ root, outdir }),
    buildClient({ root, outdir, manifest, lane: 'client' }),
    buildClient({ root, outdir, manifest, lane: 'client-v2' }),
  ]);
  const all = [server, client, clientV2];
  const versions = await writeExternalVersions({ root, outdir, externals: all.flatMap((part) => part.externals) });
  const bundled = await writeLicenses({ root, outdir, inputs: all.flatMap((part) => part.inputs) });
  const locales = await copyLocales({ root, outdir });
  await writeDeclarations({ root, outdir });
  return { server, client, clientV2, versions, bundled, locales };
}

function explain(error) {
  const messages = error.errors?.map(({ text, location }) =>
    location ? `${location.file}:${location.line}: ${text}` : text,
  );
  return (messages ?? [error.message]).join('\n');
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  const started = performance.now();
  try {
    const { bundled, locales } = await buildPlugin({ root, outdir: join(root, 'dist') });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`dist/ built in ${seconds} s, bundled: ${bundled.join(', ') || 'nothing'}; locales: ${locales.length}`);
  } catch (error) {
    console.error(`The build failed.\n${explain(error)}`);
    process.exitCode = 1;
  }
}

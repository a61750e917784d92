import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../../cluster';

/** Packages that are loaded as they are: they find parts of themselves at run time. */
const PACKAGES = ['ioredis', 'mysql2', 'pg', 'pg-hstore', 'sequelize'];

/** One file, so that a light node starts in a fraction of a second. What is changed in src later does not reach it. */
export async function bundleLightNode(folder: string): Promise<string> {
  const outfile = join(folder, 'light-node.cjs');
  await build({
    entryPoints: [join(projectRoot, 'tools', 'chaos', 'light', 'process', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: [...PACKAGES, '@nocobase/server'],
    loader: { '.lua': 'text' },
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  return outfile;
}

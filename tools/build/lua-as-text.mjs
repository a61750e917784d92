/**
 * Lets tools that run from source (tsx --import) load Lua scripts as text, as the built server and the tests do.
 * This file is its own loader: the main thread registers it, the loader thread calls `load`.
 */
import { readFileSync } from 'node:fs';
import Module, { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

export async function load(url, context, next) {
  if (!url.endsWith('.lua')) return next(url, context);
  const source = `export default ${JSON.stringify(readFileSync(fileURLToPath(url), 'utf8'))};`;
  return { format: 'module', source, shortCircuit: true };
}

if (isMainThread) {
  Module._extensions['.lua'] = (module, file) => {
    module.exports = readFileSync(file, 'utf8');
  };
  register(import.meta.url);
}

import { readFileSync } from 'node:fs';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import type { Plugin } from 'vite';

/** Lua scripts are text, here as in the built server. */
const luaAsText: Plugin = {
  name: 'lua-as-text',
  enforce: 'pre',
  load(id) {
    return id.endsWith('.lua') ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))};` : undefined;
  },
};

const MINUTE = 60_000;

function project(name: string, include: string[], options: TestProjectInlineConfiguration['test'] = {}) {
  const config: TestProjectInlineConfiguration = {
    plugins: [luaAsText],
    esbuild: { jsx: 'transform' },
    test: { name, include, environment: 'node', restoreMocks: true, unstubEnvs: true, ...options },
  };
  return config;
}

/** Real nodes share two cores and one set of ports: one file after the other. */
const realNodes: TestProjectInlineConfiguration['test'] = {
  pool: 'forks',
  poolOptions: { forks: { singleFork: true } },
  testTimeout: 10 * MINUTE,
  hookTimeout: 10 * MINUTE,
};

export default defineConfig({
  test: {
    projects: [
      project('unit', ['__tests__/**/*.test.{ts,tsx}', 'tools/{bench,chaos,model,traffic}/__tests__/*.test.ts'], {
        exclude: ['__tests__/cluster/**', '__tests__/browser/**'],
        testTimeout: 20_000,
        hookTimeout: MINUTE,
      }),
      project('cluster', ['__tests__/cluster/**/*.test.ts'], realNodes),
      project('cluster-short', ['__tests__/cluster/**/*.short.test.ts'], realNodes),
      project('harness', ['tools/cluster/__tests__/**/*.test.ts'], realNodes),
      project('browser', ['__tests__/browser/**/*.test.ts'], realNodes),
      project('browser-short', ['__tests__/browser/**/*.test.ts'], {
        ...realNodes,
        exclude: ['__tests__/browser/**/*.long.test.ts'],
      }),
    ],
  },
});

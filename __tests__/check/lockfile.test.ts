import { describe, expect, it } from 'vitest';
import { findLockProblems } from '../../tools/check/lockfile.mjs';

const manifest = { devDependencies: { bundler: '^1.0.0' } };
const entry = { version: '1.0.0' };
const lock = {
  packages: {
    '': manifest,
    'node_modules/bundler': { ...entry, dependencies: { words: '1' }, optionalDependencies: { 'bundler-linux': '1' } },
    'node_modules/bundler/node_modules/words': { ...entry, dependencies: { letters: '1' } },
    'node_modules/letters': entry,
    'node_modules/bundler-linux': { ...entry, optional: true },
  },
};
type Places = Record<string, object>;
const problems = (packages: Places) => findLockProblems({ packages: { ...lock.packages, ...packages } }, manifest);

describe('the lock file check', () => {
  it('accepts a whole lock file, nested packages included', () => {
    expect(problems({})).toEqual([]);
  });

  it('misses the package of another platform', () => {
    expect(problems({ 'node_modules/bundler-linux': {} })).toEqual([
      'node_modules/bundler needs bundler-linux, which has no entry.',
    ]);
  });

  it('refuses the address of a download', () => {
    expect(problems({ 'node_modules/letters': { ...entry, resolved: 'anywhere' } })).toHaveLength(1);
  });

  it('notices a package.json that has moved on', () => {
    expect(problems({ '': { devDependencies: { bundler: '^0.9.0' } } })).toEqual([
      'devDependencies differ from package.json: run npm install.',
    ]);
  });
});

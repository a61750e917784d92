import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(__dirname, '..', '..');
const fixtures = join(root, 'tools/check/fixtures');
const config = join(root, '.dependency-cruiser.cjs');

/** Names of the rules that a tree breaks, as the real configuration sees it. */
async function brokenRules(tree: string): Promise<string[]> {
  const options: ICruiseOptions = { ...(await extractOptions(config)), baseDir: tree };
  const parts = ['src', 'tools'].filter((part) => existsSync(join(tree, part)));
  const { output } = await cruise(parts, options);
  const { summary } = output as ICruiseResult;
  return [...new Set(summary.violations.map((violation) => violation.rule.name))];
}

async function ruleNames(): Promise<string[]> {
  const { ruleSet } = await extractOptions(config);
  return (ruleSet?.forbidden ?? []).map((rule) => rule.name ?? '');
}

describe('import rules', () => {
  const trees = readdirSync(join(fixtures, 'imports'));

  it('have one fixture each', async () => {
    expect(trees.sort()).toEqual((await ruleNames()).sort());
  });

  it.each(trees)('%s fires alone on the tree that breaks it', async (name) => {
    expect(await brokenRules(join(fixtures, 'imports', name))).toEqual([name]);
  });

  it('are silent on a sound tree', async () => {
    expect(await brokenRules(join(fixtures, 'sound'))).toEqual([]);
  });
});

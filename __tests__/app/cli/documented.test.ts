import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/server/app/cli/commands';
import { EXIT } from '../../../src/server/app/cli/outcome';

const text = readFileSync('docs/cli.md', 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('docs/cli.md', () => {
  it('has every command with its arguments, and no other', () => {
    const told = rows.map(([command = '']) => /^`(.*)`$/.exec(command)?.[1]).filter((name) => name !== undefined);
    expect(told.sort()).toEqual(COMMANDS.map(({ name, words }) => `${name} ${words}`.trim()).sort());
  });

  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    'has the flags of %s, and no other',
    (_, command) => {
      const head = `\`${`${command.name} ${command.words}`.trim()}\``;
      const [, meaning = ''] = rows.find(([name]) => name === head) ?? [];
      const told = [...meaning.matchAll(/`(--[^`]*)`/g)].map(([, flag]) => flag);
      expect(told.sort()).toEqual(Object.keys(command.flags ?? {}).sort());
      expect(command.about).not.toBe('');
    },
  );

  it('has every exit code', () => {
    const codes = rows.map(([code]) => Number(code)).filter((code) => Number.isInteger(code));
    expect(codes).toEqual(expect.arrayContaining(Object.values(EXIT)));
  });
});

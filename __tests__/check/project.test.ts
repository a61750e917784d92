import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** `npm test` is the only command that CI calls, so what `npm run check` says counts here, too. */
it('passes `npm run check`', { timeout: 300_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/check/index.mjs'], { encoding: 'utf8' });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { it } from 'vitest';

/**
 * `npm test` is the only command that CI calls, so what `npm run check` says counts here, too. Not waited for in a blocking
 * call: on a busy machine it takes a minute, and the runner gives up a worker that does not answer for so long.
 */
it('passes `npm run check`', { timeout: 300_000 }, async () => {
  const run = promisify(execFile)(process.execPath, ['tools/check/index.mjs'], { maxBuffer: 2 ** 24 });
  await run.catch(({ stdout, stderr }: { stdout?: string; stderr?: string }) => {
    throw new Error(`${stdout ?? ''}\n${stderr ?? ''}`);
  });
});

import type { Fingerprint } from '../../src/shared/domain';
import type { GuardHold, GuardOutcome } from '../../src/server/ports';

export const FINGERPRINT: Fingerprint = {
  digest: 'd1',
  core: '2.2.15',
  plugins: [{ name: 'users', version: '2.2.15', hash: 'abc' }],
};

export async function inside(outcome: Promise<GuardOutcome>): Promise<GuardHold> {
  const answer = await outcome;
  if (answer.outcome !== 'entered') throw new Error(`expected to enter, but: ${answer.outcome}`);
  return answer.hold;
}

/** Resolves when the hold is lost. */
export function lossOf({ lost }: GuardHold): Promise<void> {
  return new Promise((resolve) => {
    if (lost.aborted) resolve();
    else lost.addEventListener('abort', () => resolve());
  });
}

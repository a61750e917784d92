import type { Settings } from '../core/settings';
import { heldAfterFailure } from '../core/settlement';
import { failedUpgradeSentence, lookSentence, unverifiedSentence } from '../core/version-sentences';
import type { AppLifecycle } from '../ports';
import type { Fingerprint, OperationRecord, OperationResult } from '../../shared/domain';

/** Why the work does not begin, when the guard could not be passed. */
export const NOT_ENTERED = {
  busy: 'Another process still holds the guard in the database; try again when it has ended.',
  left: 'It was aborted meanwhile.',
  stale: 'The database has seen a newer operation; try again.',
} as const;

export interface Work {
  /** Why the host's own work failed, if it did. */
  readonly failure: string | undefined;
  /** The leader's app has loaded and answers. */
  readonly up: boolean;
}

/**
 * Why a person has to look before any node serves; undefined: the operation ends by itself, well or badly. Another version
 * of the core leaves no state to serve with when it fails half-way, and who repeats it blindly repeats its migrations.
 * What takes up a held operation and fails has not resolved it.
 */
export async function reasonToHold(
  record: OperationRecord,
  { failure, up }: Work,
  { app, settings }: { readonly app: Pick<AppLifecycle, 'verify'>; readonly settings: Pick<Settings, 'verify'> },
): Promise<string | undefined> {
  if (record.follows !== undefined && failure !== undefined) return heldAfterFailure(record, failure);
  if (record.kind !== 'upgrade') return undefined;
  if (failure !== undefined) return record.versions ? failedUpgradeSentence(record, failure) : undefined;
  // A command on its own has no app to ask, and nobody can be let in.
  if (!up) return undefined;
  const wrong = await app.verify();
  if (wrong !== undefined) return unverifiedSentence(record, wrong);
  return record.versions && settings.verify === 'person' ? lookSentence(record, record.versions) : undefined;
}

/** What an operation ends as, and why; `behind`: who has not come back, each with its reason. */
export function endOfWork(
  failure: string | undefined,
  behind: readonly string[],
): { readonly result: OperationResult; readonly reason: string | undefined } {
  const words = failure === undefined ? behind : [failure, ...behind];
  const reason = words.length > 0 ? words.join(' ') : undefined;
  if (failure !== undefined) return { result: 'failed', reason };
  return { result: behind.length > 0 ? 'degraded' : 'done', reason };
}

export interface Proof extends Pick<Work, 'up'> {
  /** What database and disk of this machine ask for. */
  readonly expected: Fingerprint | undefined;
  /** What every node has to prove. */
  readonly target: string;
}

/** A leader that does not come up is nobody to be equal to: the others then prove what database and disk ask for. */
export async function proofOf(app: AppLifecycle, isServer: boolean): Promise<Proof> {
  const expected = await app.expected().catch(() => undefined);
  const up = isServer && (await app.answers()) === undefined;
  return { expected, up, target: (up ? app.loaded()?.digest : expected?.digest) ?? '' };
}

/** Another process may be changing the database now. */
export function stoppedSentence({ leader, kind, subject }: OperationRecord, why: string): string {
  return `${leader.name} stopped in the middle of ${[kind, subject].filter(Boolean).join(' ')}. ${why}`;
}

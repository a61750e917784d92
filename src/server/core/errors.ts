import type { ERROR_CODES } from '../../shared/api';
import type { POLICY_ERROR_CODES } from '../../shared/policy-api';

export type ErrorCode =
  (typeof ERROR_CODES)[keyof typeof ERROR_CODES] | (typeof POLICY_ERROR_CODES)[keyof typeof POLICY_ERROR_CODES];

/**
 * Only surprises and refusals that cross into the host are thrown; expected outcomes are unions.
 * `statusCode`, `code`, `cause` and `logLevel` are what NocoBase's own error handler reads.
 */
export class MaintenanceError extends Error {
  /**
   * NocoBase keeps the app serving after a command failed only for errors of this name; with any other name
   * the app stays in status `error` (docs/host-notes.md).
   */
  override readonly name = 'RestoreCheckError';
  readonly logLevel = 'warn';

  constructor(
    readonly code: ErrorCode,
    readonly statusCode: number,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * A restore replaces the tables of this plugin right now: what is there is not believed, and what is written would be lost.
 * Whoever is told so must assume that nothing was stored, and may try again later.
 */
export class TablesReplaced extends Error {
  override readonly name = 'TablesReplaced';

  constructor() {
    super('a restore is replacing the tables of this plugin; try again when it is over.');
  }
}

/** The first line of any thrown thing, for logs and reasons: what follows is for developers, and names paths. */
export function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split('\n', 1)[0] ?? text;
}

import type { OperationScope } from '../../shared/domain';

/** What somebody asks for who enters manual maintenance. */
export interface Entry {
  readonly scope: OperationScope;
  readonly reason: string;
  /** What users read. */
  readonly message: string;
  readonly expiresInSeconds: number;
  /** Name of the node that goes on as ever. */
  readonly openNode?: string;
}

export type EntryOutcome =
  { readonly ok: true; readonly entry: Entry } | { readonly ok: false; readonly problem: string };

const USUAL_SECONDS = 3_600;
/** A day. */
const MOST_SECONDS = 86_400;
/** Longer texts are no sentences; they travel with every report. */
const LONGEST = 1_000;

const MESSAGES: Readonly<Record<OperationScope, string>> = {
  all: 'This app is under maintenance and will be back soon.',
  writes: 'This app is under maintenance: nothing can be changed for the moment.',
};

/** Reads what came from a client or a shell: one sentence for the first thing that is wrong. */
export function readEntry(values: Readonly<Record<string, unknown>>): EntryOutcome {
  try {
    return { ok: true, entry: entryOf(values) };
  } catch (error) {
    if (error instanceof BadEntry) return { ok: false, problem: error.message };
    throw error;
  }
}

class BadEntry extends Error {}

function entryOf(values: Readonly<Record<string, unknown>>): Entry {
  const scope = values.scope ?? 'all';
  if (scope !== 'all' && scope !== 'writes') throw new BadEntry('"scope" takes "all" or "writes".');
  const reason = textOf(values, 'reason');
  if (reason === '') throw new BadEntry('"reason" says in a few words what is going to be done; it cannot be empty.');
  const openNode = textOf(values, 'openNode');
  const message = textOf(values, 'message') || MESSAGES[scope];
  const expiresInSeconds = secondsOf(values.expiresInSeconds ?? USUAL_SECONDS);
  return { scope, reason, message, expiresInSeconds, ...(openNode === '' ? {} : { openNode }) };
}

function textOf(values: Readonly<Record<string, unknown>>, name: string): string {
  const value = values[name] ?? '';
  if (typeof value !== 'string') throw new BadEntry(`"${name}" takes a text.`);
  if (value.length > LONGEST) throw new BadEntry(`"${name}" is too long: ${LONGEST} characters at most.`);
  return value.trim();
}

function secondsOf(value: unknown): number {
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_SECONDS;
  if (fits) return value;
  throw new BadEntry(`"expiresInSeconds" takes a whole number of seconds from 1 to ${MOST_SECONDS}.`);
}

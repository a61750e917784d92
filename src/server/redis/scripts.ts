import { createHash } from 'node:crypto';
import type { RedisClient } from './clients';
import acquire from './scripts/acquire.lua';
import append from './scripts/append.lua';
import cancel from './scripts/cancel.lua';
import commit from './scripts/commit.lua';
import finish from './scripts/finish.lua';
import held from './scripts/held.lua';
import leave from './scripts/leave.lua';
import prove from './scripts/prove.lua';
import release from './scripts/release.lua';
import renew from './scripts/renew.lua';
import report from './scripts/report.lua';
import restore from './scripts/restore.lua';
import roster from './scripts/roster.lua';
import settle from './scripts/settle.lua';
import write from './scripts/write.lua';

const TEXTS = {
  acquire,
  append,
  cancel,
  commit,
  finish,
  held,
  leave,
  prove,
  release,
  renew,
  report,
  restore,
  roster,
  settle,
  write,
} as const;

export type ScriptName = keyof typeof TEXTS;

/** Redis knows a script by the SHA-1 of its text. */
const HASHES = new Map<string, string>();

/** Runs a script as one atomic step of Redis. */
export async function runScript(
  client: RedisClient,
  name: ScriptName,
  keys: readonly string[],
  values: readonly (string | number)[] = [],
): Promise<unknown> {
  const text = TEXTS[name];
  const rest = [...keys, ...values.map(String)];
  try {
    return await client.evalsha(hashOf(text), keys.length, ...rest);
  } catch (error) {
    // Said before anything has been executed: a new server, one that failed over, or SCRIPT FLUSH.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return await client.eval(text, keys.length, ...rest);
  }
}

/** The reply as one of the words that the script may return. */
export function oneOf<const Word extends string>(name: ScriptName, reply: unknown, words: readonly Word[]): Word {
  const word = words.find((known) => known === reply);
  if (word === undefined) throw unknownReply(name, reply);
  return word;
}

export function unknownReply(name: ScriptName, reply: unknown): Error {
  return new Error(`Redis gave an unknown reply to the script ${name}: ${JSON.stringify(reply)?.slice(0, 200)}`);
}

function hashOf(text: string): string {
  const known = HASHES.get(text) ?? createHash('sha1').update(text).digest('hex');
  HASHES.set(text, known);
  return known;
}

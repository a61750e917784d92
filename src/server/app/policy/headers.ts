import type { ActionContext } from '@nocobase/server';
import { POLICY_HEADERS } from '../../../shared/policy-api';

/** Longer ones are no reasons. */
const LONGEST = 1_000;

/** What a request brings in one of the headers, decoded; undefined when there is nothing in it. */
export function headerOf({ req }: ActionContext, name: keyof typeof POLICY_HEADERS): string | undefined {
  const value = req.headers[POLICY_HEADERS[name].toLowerCase()];
  const text = decoded(typeof value === 'string' ? value : '').trim();
  return text === '' ? undefined : text.slice(0, LONGEST);
}

/** Headers take only Latin letters; whoever sent nothing else may have left it as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

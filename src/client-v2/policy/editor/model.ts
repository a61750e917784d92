import { DEMANDS, type PolicyDocument } from '../../../shared/policy';
import { isObject } from '../refusal';

/**
 * Whether the page can show it: a document of another version, or one that somebody broke in the database, may be anything.
 * Whether it is a good one is the server's to say.
 */
export function isShowable(document: unknown): document is PolicyDocument {
  if (!isObject(document) || !isList(document.rules, isRule) || !isObject(document.conditions)) return false;
  const { calendar } = document;
  if (!isObject(calendar) || typeof calendar.zone !== 'string') return false;
  return isList(calendar.weekly, isWindow) && isList(calendar.once, isPeriod) && isList(calendar.freezes, isPeriod);
}

function isList(value: unknown, fits: (each: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every((each) => isObject(each) && fits(each));
}

function isRule({ demand, action, group }: Record<string, unknown>): boolean {
  const words = [action, group].every((word) => word === undefined || typeof word === 'string');
  return words && DEMANDS.some((known) => known === demand);
}

function isWindow({ days, from, to }: Record<string, unknown>): boolean {
  return Array.isArray(days) && typeof from === 'string' && typeof to === 'string';
}

function isPeriod({ from, to }: Record<string, unknown>): boolean {
  // What a Date can hold.
  return [from, to].every((moment) => typeof moment === 'number' && Math.abs(moment) <= 8.64e15);
}

export function isSame(a: PolicyDocument, b: PolicyDocument): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Of a file that somebody chose: what it says, or that it says nothing. */
export function parseFile(text: string): { readonly document: unknown } | undefined {
  try {
    return { document: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** As the file of an export. */
export function fileOf(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

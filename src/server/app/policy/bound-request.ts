import { createHash } from 'node:crypto';
import type { ActionContext } from '@nocobase/server';
import { bringsBody } from '../../core/access';
import { maskedJson } from '../../core/masking';
import type { Risk } from '../../core/policy/risks';
import type { Person } from '../../maintenance/manual';
import { personOf } from '../person';
import type { BoundRequest } from './contract';

/** What the host's router has made of a request: all that its action goes by. */
export type ExactRequest = Readonly<{
  resource: string;
  action: string;
  /** Of `SOURCE/ID/TARGET`: the id. */
  sourceId?: unknown;
  params: Readonly<Record<string, unknown>>;
}>;

/** Longer names are no names that anybody would type. */
const LONGEST_NAME = 200;

/** A request by which exactly this one is meant, whoever wrote it in which way. */
export function boundRequestOf(ctx: ActionContext, risk: Risk, mask: (text: string) => string): BoundRequest {
  const { resourceName: resource, actionName: action, sourceId, params } = ctx.action;
  const exact: ExactRequest = { resource, action, ...(sourceId === undefined ? {} : { sourceId }), params };
  return {
    action: risk.action,
    subject: subjectOf(ctx),
    person: personOf(ctx),
    hash: hashOf(exact),
    parameters: maskedJson(shown(params), mask),
    // Of a file nothing is known here: it is read from the request only afterwards.
    ...(bringsFile(ctx) ? {} : { exact: JSON.parse(canonical(exact)) as Record<string, unknown> }),
  };
}

/** A command of the host as it was typed. */
export interface TypedCommand {
  readonly words: readonly string[];
  readonly subject: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The same for a command. */
export function boundCommand(
  risk: Risk,
  { words, subject, options }: TypedCommand,
  person: Person,
  mask: (text: string) => string,
): BoundRequest {
  const exact = { command: risk.action, words: [...words], options };
  const parameters = maskedJson({ words, ...options }, mask);
  return { action: risk.action, subject, person, hash: hashOf(exact), parameters, exact };
}

/** A body that the host does not read before its upload, or not at all. */
export function bringsFile({ req }: ActionContext): boolean {
  const type = req.headers['content-type'] ?? '';
  return /^multipart\//i.test(type) || (bringsBody(req.headers) && !/json|x-www-form-urlencoded/i.test(type));
}

export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

/**
 * JSON with the fields of each object in one order. Types stay what they are: a list of one name is not that name, nor is
 * the text "1" the number.
 */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? sorted(inner) : inner)) ?? 'null';
}

function sorted(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(record).sort();
  return Object.fromEntries(names.map((name) => [name, record[name]]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What it is about: the key of the row, or the name of what is made. */
function subjectOf({ action }: ActionContext): string {
  const { filterByTk, values, name, packageName } = action.params;
  const keys = [filterByTk].flat().filter(isName);
  const body = isRecord(values) ? values : {};
  const names =
    keys.length > 0 ? keys : [body.packageName, body.name, body.filterByTk, packageName, name].filter(isName);
  return (keys.length > 0 ? names : names.slice(0, 1)).join(', ').slice(0, LONGEST_NAME);
}

function isName(value: unknown): value is string | number {
  return (typeof value === 'string' && value.trim() !== '') || typeof value === 'number';
}

/** Without what the router has only copied from the address. */
function shown({ resourceName: _r, actionName: _a, associatedName: _n, ...rest }: ActionContext['action']['params']) {
  return rest;
}

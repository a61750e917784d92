import { ERROR_CODES, PACKAGE_NAME, RESOURCE } from '../../shared/api';
import { POLICY_ERROR_CODES } from '../../shared/policy-api';

/** As much of OpenAPI 3.0 as is used here. */
export type Schema = Readonly<Record<string, unknown>>;
export type Operation = Readonly<Record<string, unknown>>;
export type Paths = Readonly<Record<string, Readonly<Partial<Record<'get' | 'post', Operation>>>>>;

/** All codes that an answer may carry. */
export const CODES = { ...ERROR_CODES, ...POLICY_ERROR_CODES } as const;
export type ErrorCode = (typeof CODES)[keyof typeof CODES];

export const TAG = 'Cluster maintenance';

/** `/clusterMaintenance:status`, below the address of the API. */
export const pathOf = (action: string): string => `/${RESOURCE}:${action}`;

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${PREFIX}${name}` });
/** All plugins share one list of schemas. */
const PREFIX = 'ClusterMaintenance';
export const named = (schemas: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [PREFIX + name, schema]));

export const text = (description: string): Schema => ({ type: 'string', description });
export const word = (description: string, words: readonly string[]): Schema => ({ ...text(description), enum: words });
export const count = (description: string): Schema => ({ type: 'integer', description });
export const moment = (description: string): Schema => count(`${description} Milliseconds since 1970.`);
export const yes = (description: string): Schema => ({ type: 'boolean', description });
export const list = (items: Schema, description = ''): Schema => ({ type: 'array', items, description });

/**
 * An object, of a type where one is given: then exactly its properties have to be named. `needed`: those that are always
 * there; absent: all of them.
 */
export function shape<T = Readonly<Record<string, unknown>>>(
  properties: { readonly [Name in keyof T]-?: Schema },
  needed: readonly (keyof T & string)[] = Object.keys(properties) as (keyof T & string)[],
): Schema {
  return { type: 'object', properties, ...(needed.length > 0 ? { required: needed } : {}) };
}

/** What the host wraps around everything that an action answers. */
export function answered(description: string, data: Schema): Schema {
  return { 200: { description, content: json(shape({ data })) } };
}

/** Statuses with the codes that come with each. */
export function refused(errors: Readonly<Record<number, readonly [ErrorCode, string]>>): Schema {
  const entries = Object.entries(errors).map(([status, [code, why]]) => [
    status,
    { description: `\`${code}\`: ${why}`, content: json(ref('Refusal')) },
  ]);
  return Object.fromEntries(entries) as Schema;
}

export const OFFLINE: readonly [ErrorCode, string] = [
  ERROR_CODES.offline,
  'Redis or the database cannot be reached; the message says what to do.',
];

export function json(schema: Schema): Schema {
  return { 'application/json': { schema } };
}

export function bodyOf(schema: Schema): Schema {
  return { required: true, content: json(schema) };
}

/** What an action refuses for: always the same words, so that they are written once. */
export const LATE: readonly [ErrorCode, string] = [
  ERROR_CODES.refused,
  'Too late, or not this way; the message says why.',
];
export const INVALID: readonly [ErrorCode, string] = [ERROR_CODES.invalid, 'The message says which value cannot be.'];
export const UNKNOWN: readonly [ErrorCode, string] = [ERROR_CODES.invalid, 'There is no such thing.'];

/** An action that changes something. */
export function act(summary: string, body: Schema, description: string, responses: Schema): Operation {
  return { tags: [TAG], summary, description, requestBody: bodyOf(body), responses };
}

/** One that only looks. */
export function look(summary: string, parameters: readonly Schema[], responses: Schema, description = ''): Operation {
  return { tags: [TAG], summary, description, parameters, responses };
}

export function query(name: string, description: string, schema: Schema, required = false): Schema {
  return { name, in: 'query', description, required, schema };
}

export const TITLE = `NocoBase API - Cluster maintenance plugin (${PACKAGE_NAME})`;

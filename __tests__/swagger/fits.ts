import document from '../../src/swagger';

interface Schema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

type Media = { readonly schema: Schema };
type Answer = { readonly content?: Readonly<Record<string, Media>> };
type Described = { readonly responses: Readonly<Record<number, Answer>> };

/** What this answer to a `get` says that the documentation does not, and the other way round; nothing when both agree. */
export function misfits(path: string, status: number, body: unknown): string[] {
  const paths = document.paths as Readonly<Record<string, { readonly get?: unknown }>>;
  const described = paths[path]?.get as Described | undefined;
  const schema = described?.responses[status]?.content?.['application/json']?.schema;
  return schema ? compare(schema, body, path) : [`${path} says nothing of ${status}`];
}

function compare(given: Schema, value: unknown, at: string): string[] {
  const schema = resolved(given);
  if (schema.oneOf) return schema.oneOf.some((one) => compare(one, value, at).length === 0) ? [] : [`${at} fits none`];
  if (typeOf(value, schema.type) !== schema.type) return [`${at} is no ${schema.type}: ${JSON.stringify(value)}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is none of the words: ${JSON.stringify(value)}`];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => compare(schema.items ?? {}, item, `${at}[${index}]`));
  }
  return schema.properties ? compareObject(schema, value as Readonly<Record<string, unknown>>, at) : [];
}

function compareObject({ properties = {}, required = [] }: Schema, value: object, at: string): string[] {
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
  const found = Object.entries(value).flatMap(([name, item]) => {
    const schema = properties[name];
    return schema ? compare(schema, item, `${at}.${name}`) : [`${at}.${name} is not told of`];
  });
  return [...missing, ...found];
}

function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : ((document.components.schemas as Record<string, Schema>)[name] ?? {});
}

/** A whole number is one of each kind of number. */
function typeOf(value: unknown, wanted: Schema['type']): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'number') return typeof value;
  return wanted === 'number' || !Number.isInteger(value) ? 'number' : 'integer';
}

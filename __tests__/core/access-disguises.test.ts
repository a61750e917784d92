import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessOf, accessOfAction, isPlain, routeOf } from '../../src/server/core/access';
import { READ_ACTIONS, type Access } from '../../src/server/core/access-list';
import { addressOf, own } from './fixtures/actions';

const BASE = '/api/';

function access(method: string, url: string): Access {
  return accessOf({ method, url, hasBody: false }, BASE);
}

/** The router of NocoBase (`parseRequest`), told differently; where that runs nothing, this may name a writing action. */
function hostRoute(method: string, path: string): { resource: string; action: string } | undefined {
  let decoded;
  try {
    decoded = decodeURI(path);
  } catch {
    return undefined;
  }
  const match = /^\/api\/([^/#?]+)(?:\/([^/#?]+)(?:\/([^/#?]+)(\/[^/#?]+)?)?)?[/#?]?$/i.exec(decoded);
  if (!match) return undefined;
  const [, first = '', key, third, last] = match;
  const segment = third ?? first;
  const [name = '', action] = segment.split(':');
  const isList = third === undefined ? key === undefined : last === undefined;
  const byMethod = { GET: isList ? 'list' : 'get', POST: 'create', PUT: 'update', PATCH: 'update', DELETE: 'destroy' };
  const resource = action ? name : segment;
  return {
    resource: third === undefined ? resource : `${first}.${resource}`,
    action: action || (byMethod[method as keyof typeof byMethod] ?? ''),
  };
}

describe('however a request is disguised', () => {
  const methods = fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE');
  const actions = [...READ_ACTIONS, 'destroy', 'update', 'signIn', 'Destroy', 'LIST', ''];
  const names = ['posts', 'auth', 'mcp', 'dataSources', 'roles', '__app', 'Resourcer', 'idpOAuth', 'pm', 'файл', 'a.b'];
  const bits = fc.constantFrom(...'/:.?#%&=\\ ~', '%2F', '%3A', '%25', '%64', '%', '//', '..', ...names, ...actions);
  const noise = fc.array(bits, { maxLength: 8 }).map((parts) => parts.join(''));
  const runs = { numRuns: 10_000 };

  it('nothing is a read that the router of the host takes for a write', () => {
    fc.assert(
      fc.property(methods, noise, (method, text) => {
        const url = `/api/${text}`;
        const routed = hostRoute(method, url.split('?', 1)[0] ?? '');
        if (!routed || access(method, url) === 'write') return;
        expect(accessOfAction(routed), JSON.stringify(routed)).toBe('read');
      }),
      runs,
    );
  });

  it('an address that is taken apart is taken apart as the host does it', () => {
    fc.assert(
      fc.property(methods, noise, (method, text) => {
        const path = `/api/${text}`.split('?', 1)[0] ?? '';
        const routed = isPlain(path) && !path.includes('__app') ? routeOf(method, path, BASE) : undefined;
        if (routed) expect(hostRoute(method, path)).toEqual({ resource: routed.resource, action: routed.action });
      }),
      runs,
    );
  });

  const known = Object.entries(own).flatMap(([resource, rows]) =>
    Object.entries(rows).flatMap(([action, kind]) => (kind === 'write' ? [addressOf(resource, action)] : [])),
  );
  const disguises: readonly ((url: string, at: number) => string)[] = [
    (url, at) => encoded(url, at, (char) => `%${char.charCodeAt(0).toString(16)}`),
    (url, at) => encoded(url, at, (char) => `%25${char.charCodeAt(0).toString(16)}`),
    (url, at) => encoded(url, at, (char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())),
    (url, at) => encoded(url, at, (char) => (char === '/' ? '//' : char)),
    (url, at) => encoded(url, at, (char) => (char === '/' ? '\\' : char)),
    (url) => `${url}/list`,
    (url) => url.replace('?', '/posts:list?'),
    (url) => url.replace('?', '/?'),
    (url) => url.replace('/api/', '/api/__app/shop/'),
    (url) => `${url}&action=list&actionName=list`,
    (url) => `${url}#/api/posts:list`,
    (url) => `http://app${url}`,
    (url) => `//me@app${url}`,
  ];

  it('by encoding, case, slashes or trailing parts, a write stays one', () => {
    const disguised = fc.array(fc.tuple(fc.constantFrom(...disguises), fc.nat(40)), { maxLength: 3 });
    fc.assert(
      fc.property(methods, fc.constantFrom(...known), disguised, (method, url, changes) => {
        const final = changes.reduce((text, [change, at]) => change(text, at), url);
        expect(access(method, final), `${method} ${final}`).toBe('write');
      }),
      runs,
    );
  });

  it('it is answered, and never with an error', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.boolean(),
        (method, url, base, hasBody) => {
          expect(['read', 'write']).toContain(accessOf({ method, url, hasBody }, base));
        },
      ),
      runs,
    );
  });
});

/** Changes one character of the path. */
function encoded(url: string, at: number, change: (char: string) => string): string {
  const end = url.indexOf('?') < 0 ? url.length : url.indexOf('?');
  const index = at % end;
  return url.slice(0, index) + change(url.charAt(index)) + url.slice(index + 1);
}

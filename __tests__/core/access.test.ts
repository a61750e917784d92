import { describe, expect, it } from 'vitest';
import { accessOf, accessOfAction, bringsBody, isPlain } from '../../src/server/core/access';
import { EXCEPTIONS, type Access } from '../../src/server/core/access-list';
import { addressOf, everywhere, own } from './fixtures/actions';

const BASE = '/api/';

function access(method: string, url: string, hasBody = false): Access {
  return accessOf({ method, url, hasBody }, BASE);
}

describe('an action of NocoBase', () => {
  it.each(Object.entries(own))('of %s is what it was found to be, with GET as with POST', (resource, actions) => {
    const seen = (method: string) =>
      Object.fromEntries(Object.keys(actions).map((action) => [action, access(method, addressOf(resource, action))]));
    expect(seen('GET')).toEqual(actions);
    expect(seen('POST')).toEqual(actions);
  });

  it('that every table has is what it was found to be, on tables, associations and beside own actions', () => {
    for (const resource of ['posts', 'posts.comments', ...Object.keys(own)]) {
      const inherited = Object.entries(everywhere).filter(([action]) => own[resource]?.[action] === undefined);
      for (const [action, expected] of inherited) {
        expect(access('POST', addressOf(resource, action)), `${resource}:${action}`).toBe(expected);
      }
    }
  });

  it('is named by every exception, so that none outlives what it was made for', () => {
    const unknown = EXCEPTIONS.flatMap(({ resource, actions, access: expected }) =>
      actions.filter((action) => own[resource]?.[action] !== expected).map((action) => `${resource}:${action}`),
    );
    expect(unknown).toEqual([]);
    const names = EXCEPTIONS.flatMap(({ resource, actions }) => actions.map((action) => `${resource}:${action}`));
    expect(new Set(names).size).toBe(names.length);
  });

  it('that nobody knows is a write, also when its name begins like that of a read', () => {
    for (const action of ['listAll', 'getOrCreate', 'List', 'LIST', 'check', 'download', 'constructor', '__proto__']) {
      expect(access('GET', `/api/posts:${action}`), action).toBe('write');
    }
    expect(accessOfAction({ resource: 'constructor', action: 'toString' })).toBe('write');
  });
});

describe('a request', () => {
  it.each<[string, string, Access]>([
    ['GET', '/api/posts', 'read'],
    ['GET', '/api/posts/', 'read'],
    ['GET', '/api/posts/1?appends=tags', 'read'],
    ['GET', '/api/posts/1/comments', 'read'],
    ['GET', '/api/posts/1/comments/2', 'read'],
    ['POST', '/api/posts', 'write'],
    ['PUT', '/api/posts/1', 'write'],
    ['PATCH', '/api/posts/1', 'write'],
    ['DELETE', '/api/posts/1/comments/2', 'write'],
    ['PUT', '/api/posts/1%2Fcomments:list', 'write'],
    ['DELETE', '/api/posts/a:list', 'write'],
    ['BREW', '/api/posts', 'write'],
    ['GET', '/api/posts/1/comments/2/likes', 'write'],
    ['GET', '/api/dataSources/1%2Froles:get/1', 'write'],
    ['GET', '/api/posts:list:destroy', 'write'],
  ])('in the style of REST is what its method says: %s %s', (method, url, expected) => {
    expect(access(method, url)).toBe(expected);
  });

  it('of any method does what its address names', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE', 'PUT']) {
      expect(access(method, '/api/posts:list')).toBe('read');
      expect(access(method, '/api/posts:destroy?filterByTk=1')).toBe('write');
    }
  });

  it('without an action runs none with HEAD and OPTIONS, unless its body may change the method', () => {
    for (const method of ['HEAD', 'OPTIONS']) expect(access(method, '/api/posts/1')).toBe('read');
    for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(access(method, '/api/posts/1', true)).toBe('write');
    expect(access('POST', '/api/posts:list', true)).toBe('read');
  });

  it('has a body when its headers say so', () => {
    expect(bringsBody({ host: 'app' })).toBe(false);
    expect(bringsBody({ 'content-length': '0' })).toBe(false);
    expect(bringsBody({ 'content-length': '17' })).toBe(true);
    expect(bringsBody({ 'transfer-encoding': 'chunked' })).toBe(true);
  });

  it('to a sub-app is judged like one to the app', () => {
    expect(access('GET', '/api/__app/shop/posts:list?x=1')).toBe('read');
    expect(access('GET', '/api/__app/shop/posts/1/comments:get/2')).toBe('read');
    expect(access('GET', '/api/__app/shop/posts:destroy/1')).toBe('write');
    expect(access('GET', '/api/__app/shop')).toBe('write');
    expect(access('GET', '/api/posts:list?__appName=shop')).toBe('read');
  });

  it('that starts workflows writes, however it spells that', () => {
    for (const key of [
      'triggerWorkflows',
      '%74riggerWorkflows',
      '[triggerWorkflows]',
      'triggerWorkflow%73',
      'a&triggerWorkflows[]',
    ])
      expect(access('GET', `/api/posts:list?page=1&${key}=abc&x=%ZZ`), key).toBe('write');
    expect(access('GET', '/api/posts:list?filter=%7B%22triggers%22:1%7D&keyword=100%')).toBe('read');
  });

  it('to what is not a resource is judged by what is behind it', () => {
    expect(access('GET', '/api/__health_check')).toBe('read');
    expect(access('GET', '/api/.well-known/openid-configuration')).toBe('read');
    expect(access('GET', '/api/idpOAuth/auth?client_id=x')).toBe('write');
    expect(access('HEAD', '/api/idpOAuth/interaction/abc')).toBe('write');
    expect(access('GET', '/api/mcp')).toBe('write');
    expect(access('POST', '/api/mcp', true)).toBe('write');
  });

  it('outside the API reads files or is not known', () => {
    expect(access('GET', '/files/main/main/attachments/1.png?download=1')).toBe('read');
    expect(access('HEAD', '/storage/uploads/a%20b.png')).toBe('read');
    expect(access('POST', '/files/main/main/attachments/1.png')).toBe('write');
    for (const path of [
      '/resourcer/posts:destroy',
      '/api%2Fposts%253Adestroy',
      '/%61pi/mcp',
      '/%2561pi/mcp',
      '/API/mcp',
    ]) {
      expect(access('GET', path), path).toBe('write');
    }
  });

  it('is not a read when parts of the host disagree about its address', () => {
    const addresses = ['http://app/api/posts:list', '//me@app/api/posts:list', '/api\\posts:list', '/api//posts:list'];
    for (const url of [...addresses, '/api/posts:list#', '/api/posts:list\t', '*', '', '/api/posts:líst']) {
      expect(isPlain(url), url).toBe(false);
      expect(access('GET', url), url).toBe('write');
    }
    expect(isPlain('/api/posts:list?next=http://app//x')).toBe(true);
  });

  it('finds the API where the host has it', () => {
    const get = (url: string, base: string) => accessOf({ method: 'GET', url, hasBody: false }, base);
    expect(get('/api/posts:list', '/api')).toBe('read');
    expect(get('/shop/api/posts:list', '/shop/api/')).toBe('read');
    expect(get('/shop/api/posts:destroy', '/shop/api/')).toBe('write');
    expect(get('/posts:destroy', '/')).toBe('write');
    expect(get('/resourcer/posts:destroy/list', '/')).toBe('write');
  });
});

import { describe, expect, it } from 'vitest';
import type { RequestConfig } from '@nocobase/client-v2';
import { createKeptRequests } from '../../../src/client-v2/policy/keptRequests';
import { approval } from './fixtures';

function storage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

const ENABLE: RequestConfig = { url: 'pm:enable', method: 'post', params: { filterByTk: 'departments' }, data: '{}' };

describe('a request that waits for an approval', () => {
  it('is found again by the same browser, without what was of that moment', () => {
    const store = storage();
    const headers = { Authorization: 'Bearer x' };
    expect(createKeptRequests(store).keep(approval(), { ...ENABLE, headers })).toBe(true);
    const found = createKeptRequests(store).find('approval-1');
    expect(found).toEqual({ url: 'pm:enable', method: 'post', params: { filterByTk: 'departments' }, data: {} });
    expect([...store.items.values()].join()).not.toContain('Bearer');
  });

  it('is forgotten when it was run', () => {
    const kept = createKeptRequests(storage());
    kept.keep(approval(), ENABLE);
    kept.keep(approval({ id: 'approval-2' }), ENABLE);
    kept.forget('approval-1');
    expect([kept.find('approval-1'), kept.find('approval-2')?.url]).toEqual([undefined, 'pm:enable']);
  });

  it.each<[string, RequestConfig]>([
    ['a password', { ...ENABLE, data: { options: { password: 'x' } } }],
    ['a key in a list', { ...ENABLE, data: JSON.stringify({ rows: [{ accessKeyId: 'x' }] }) }],
    ['a token in the query', { ...ENABLE, url: 'a:x?token=abc' }],
    ['a secret among the parameters', { ...ENABLE, params: { clientSecret: 'x' } }],
    ['an address with a user', { ...ENABLE, data: { url: 'postgres://user:pw@db/x' } }],
    ['a long text', { ...ENABLE, data: { script: 'x'.repeat(3_000) } }],
    ['a file', { ...ENABLE, data: new FormData() }],
    ['bytes', { ...ENABLE, data: new Blob(['x']) }],
    ['text that is no JSON', { ...ENABLE, data: 'a=b' }],
  ])('is not kept when it has %s', (_, request) => {
    const store = storage();
    expect(createKeptRequests(store).keep(approval(), request)).toBe(false);
    expect(store.items.size).toBe(0);
  });

  it('is not kept when the server has hidden something in it', () => {
    const hidden = approval({ parameters: '{"values":{"x":"***"}}' });
    expect(createKeptRequests(storage()).keep(hidden, ENABLE)).toBe(false);
  });

  it('is kept with the keys of rows, which are no secrets', () => {
    const request = { ...ENABLE, data: { foreignKey: 'userId', targetKey: 'id', password: null } };
    expect(createKeptRequests(storage()).keep(approval(), request)).toBe(true);
  });

  it('is not kept, and nothing breaks, where the browser forbids it', () => {
    const full = {
      getItem: () => '{',
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
    };
    expect(createKeptRequests(full).keep(approval(), ENABLE)).toBe(false);
    expect(createKeptRequests(undefined).keep(approval(), ENABLE)).toBe(false);
    expect(createKeptRequests(full).find('approval-1')).toBeUndefined();
  });
});

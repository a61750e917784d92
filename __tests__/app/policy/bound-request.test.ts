import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundRequestOf, canonical, hashOf } from '../../../src/server/app/policy/bound-request';
import { masking } from '../../../src/server/core/masking';
import { contextOf } from './requests';

const RISK = { action: 'pm:enable', group: 'plugins', class: 'exclusive' } as const;
const bound = (params: Record<string, unknown>, headers = {}) =>
  boundRequestOf(contextOf({ params, headers }), RISK, masking({ DB_PASSWORD: 'hunter2hunter2' }));

describe('what a request is bound by', () => {
  it('does not depend on the order of fields (any JSON)', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, shuffled(inner)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => hashOf(shuffled(value)) === hashOf(value)),
      { numRuns: 2_000 },
    );
  });

  it('differs when the meaning does (any two JSONs)', () => {
    const pair = fc.tuple(fc.jsonValue(), fc.jsonValue());
    const same = (a: unknown, b: unknown) => canonical(a) === canonical(b);
    fc.assert(
      fc.property(pair, ([a, b]) => same(a, b) === (canonical(JSON.parse(JSON.stringify(a))) === canonical(b))),
      { numRuns: 2_000 },
    );
    const kinds = ['1', 1, ['1'], [1], { 0: '1' }, { 0: 1 }, null, true, 'true', [], {}, ''];
    expect(new Set(kinds.map((filterByTk) => bound({ filterByTk }).hash)).size).toBe(kinds.length);
  });

  it('names what it is about', () => {
    expect(bound({ filterByTk: 'charts' }).subject).toBe('charts');
    expect(bound({ filterByTk: ['a', 'b', 7] }).subject).toBe('a, b, 7');
    expect(bound({ values: { packageName: '@x/y', name: 'no' } }).subject).toBe('@x/y');
    expect(bound({ values: { name: 'orders' } }).subject).toBe('orders');
    expect(bound({ values: [1] }).subject).toBe('');
    expect(bound({ filterByTk: 'x'.repeat(999) }).subject).toHaveLength(200);
  });

  it('shows no secret to people, and keeps all of it for who does it later', () => {
    const values = { name: 'crm', options: { password: 's3cret', host: 'db', apiKey: 'k' }, note: 'hunter2hunter2' };
    const request = bound({ filterByTk: 'crm', values });
    expect(request.parameters).toBe(
      '{"filterByTk":"crm","values":{"name":"crm","options":{"password":"***","host":"db","apiKey":"***"},"note":"***"}}',
    );
    expect(request.exact).toMatchObject({ resource: 'pm', action: 'enable', params: { values } });
  });

  it.each([
    [{ 'Content-Type': 'multipart/form-data; boundary=x' }, true],
    [{ 'Content-Type': 'MultiPart/Mixed' }, true],
    [{ 'Content-Type': 'application/octet-stream', 'Content-Length': '9' }, true],
    [{ 'Content-Length': '9' }, true],
    [{ 'Content-Type': 'application/json', 'Content-Length': '9' }, false],
    [{ 'Content-Length': '0' }, false],
    [{}, false],
  ])('keeps nothing of what the host has not read (%j)', (headers, isFile) => {
    expect(bound({}, headers).exact === undefined).toBe(isFile);
  });
});

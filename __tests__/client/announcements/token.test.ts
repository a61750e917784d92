import { describe, expect, it } from 'vitest';
import { isFresh } from '../../../src/client-v2/announcements/token';

const NOW = Date.UTC(2026, 10, 26, 16, 0);
const tokenWith = (payload: object) => `head.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.signature`;

describe('a token', () => {
  it.each([
    ['has an hour left', tokenWith({ userId: 1, exp: NOW / 1_000 + 3_600, name: '«ÿÿ»' }), true],
    ['ends in this minute', tokenWith({ exp: NOW / 1_000 + 59 }), false],
    ['has expired', tokenWith({ exp: NOW / 1_000 - 1 }), false],
    ['never expires', tokenWith({ userId: 1 }), true],
    ['is of another kind', 'abc', true],
    ['holds nothing that can be read', 'a.%%%.c', true],
  ])('that %s may be used in the background: %s', (_what, token, fresh) => {
    expect(isFresh(token, NOW)).toBe(fresh);
  });
});

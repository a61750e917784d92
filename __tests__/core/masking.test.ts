import { describe, expect, it } from 'vitest';
import { masking } from '../../src/server/core/masking';

const mask = masking({
  APP_KEY: 'app-key-value',
  DB_PASSWORD: 'secret-of-the-database',
  DB_USER: 'nocobase',
  SHORT_TOKEN: 'abc',
  LONGER_SECRET: 'app-key-value-and-more',
});

describe('masking', () => {
  it('hides values of variables that are called like secrets, the longest first', () => {
    expect(mask('failed with secret-of-the-database, app-key-value and app-key-value-and-more')).toBe(
      'failed with ***, *** and ***',
    );
  });

  it('leaves other values and short ones alone', () => {
    expect(mask('user nocobase said abc')).toBe('user nocobase said abc');
  });

  it('hides who signs in with what in any address', () => {
    expect(mask('cannot reach rediss://me:pw@host:6379/0 or postgres://u@db/x')).toBe(
      'cannot reach rediss://***@host:6379/0 or postgres://***@db/x',
    );
  });
});

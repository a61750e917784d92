import { describe, expect, it } from 'vitest';
import { readEntry } from '../../src/server/core/entry';

const REASON = { reason: ' Moving the disks ' };

describe('what somebody asks for who enters manual maintenance', () => {
  it('needs a reason, and is complete without anything else', () => {
    expect(readEntry(REASON)).toEqual({
      ok: true,
      entry: {
        scope: 'all',
        reason: 'Moving the disks',
        message: 'This app is under maintenance and will be back soon.',
        expiresInSeconds: 3600,
      },
    });
  });

  it('is taken as it is given', () => {
    const given = { scope: 'writes', reason: 'r', message: 'Back at noon.', expiresInSeconds: 86_400, openNode: 'a:1' };
    expect(readEntry(given)).toEqual({ ok: true, entry: given });
  });

  it.each([
    [{}, '"reason" says in a few words what is going to be done; it cannot be empty.'],
    [{ reason: '   ' }, '"reason" says in a few words what is going to be done; it cannot be empty.'],
    [{ reason: 7 }, '"reason" takes a text.'],
    [{ reason: 'r'.repeat(1_001) }, '"reason" is too long: 1000 characters at most.'],
    [{ ...REASON, message: ['a'] }, '"message" takes a text.'],
    [{ ...REASON, openNode: {} }, '"openNode" takes a text.'],
    [{ ...REASON, scope: 'reads' }, '"scope" takes "all" or "writes".'],
    [{ ...REASON, expiresInSeconds: 0 }, '"expiresInSeconds" takes a whole number of seconds from 1 to 86400.'],
    [{ ...REASON, expiresInSeconds: 86_401 }, '"expiresInSeconds" takes a whole number of seconds from 1 to 86400.'],
    [{ ...REASON, expiresInSeconds: 1.5 }, '"expiresInSeconds" takes a whole number of seconds from 1 to 86400.'],
    [{ ...REASON, expiresInSeconds: '60' }, '"expiresInSeconds" takes a whole number of seconds from 1 to 86400.'],
  ])('is refused with one sentence: %j', (values, problem) => {
    expect(readEntry(values)).toEqual({ ok: false, problem });
  });
});

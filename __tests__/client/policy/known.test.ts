import { describe, expect, it } from 'vitest';
import { unknownIn } from '../../../src/client-v2/policy/rules/known';
import { listedActions } from '../../../src/server/core/policy/named';

describe('the hint that nobody knows an action', () => {
  const hint = (action?: string) => unknownIn(action === undefined ? {} : { action }, listedActions());

  it.each([undefined, '', ' ', 'pm:enable', 'PM:enable', 'users:anything', 'db:clean', 'upgrade', 'app:restart'])(
    'is not given for %j',
    (action) => expect(hint(action)).toBeUndefined(),
  );

  it.each(['reports:rebuild', 'app:rebuild', ' orders:destroy '])(
    'says of %j that requests of this name count',
    (action) => expect(hint(action)).toBe('request'),
  );

  it.each(['upgrad', 'pm.enabel'])('says of %j that there is no such command', (action) =>
    expect(hint(action)).toBe('command'),
  );

  it('is not given as long as nobody has said what is known', () => {
    expect(unknownIn({ action: 'reports:rebuild' })).toBeUndefined();
  });
});

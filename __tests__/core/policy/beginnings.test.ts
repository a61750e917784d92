import { describe, expect, it } from 'vitest';
import { mayBeginOperation } from '../../../src/server/core/policy/beginnings';

describe('an action', () => {
  it.each([
    'pm:enable',
    'backups:create',
    'backup:create',
    'migration:create',
    'migration:execute',
    'backups:restore',
    'app:restart',
    'reports:rebuild',
    'Pm:Enable',
    'pm.x:enable',
  ])('may begin an operation: %s', (name) => {
    const [resource = '', action = ''] = name.split(':');
    expect(mayBeginOperation(resource, action)).toBe(true);
  });

  it.each([
    'users:list',
    'users:update',
    'posts:create',
    'posts.comments:add',
    'collections:create',
    'workflows:update',
    'auth:signIn',
    'uiSchemas:patch',
    'pm:list',
  ])('begins none: %s', (name) => {
    const [resource = '', action = ''] = name.split(':');
    expect(mayBeginOperation(resource, action)).toBe(false);
  });
});

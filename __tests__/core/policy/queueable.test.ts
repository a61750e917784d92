import { describe, expect, it } from 'vitest';
import { planOf } from '../../../src/server/core/policy/queueable';

const request = (params: object) => ({ resource: 'pm', action: 'any', params });
const argvOf = (action: string, exact: Record<string, unknown>) => {
  const outcome = planOf(action, exact);
  if (!outcome.ok) return outcome.problem;
  return outcome.plan.does === 'command' ? outcome.plan.argv.join(' ') : outcome.plan.does;
};

describe('what may wait for a window', () => {
  it.each([
    ['pm:enable', request({ filterByTk: 'departments' }), 'pm enable departments'],
    [
      'pm:enable',
      request({ filterByTk: ['departments', '@nocobase/plugin-map'] }),
      'pm enable departments @nocobase/plugin-map',
    ],
    ['pm:disable', request({ filterByTk: 'departments, map', awaitResponse: 'true' }), 'pm disable departments map'],
    ['pm:remove', request({ filterByTk: 'departments' }), 'pm remove departments'],
    ['pm:add', request({ values: { packageName: '@acme/plugin-x' } }), 'pm add @acme/plugin-x'],
    [
      'pm:update',
      request({ filterByTk: 'x', values: { packageName: '@acme/plugin-x', version: '1.2.3-beta.1' } }),
      'pm update @acme/plugin-x --version=1.2.3-beta.1',
    ],
    ['pm.enable', { command: 'pm.enable', words: ['departments'] }, 'pm enable departments'],
    ['upgrade', { command: 'upgrade', words: [] }, 'upgrade'],
    ['backups:create', request({ values: {} }), 'backup'],
    ['backup:create', request({}), 'backup'],
  ])('%s %j', (action, exact, argv) => {
    expect(argvOf(action, exact)).toBe(argv);
  });

  it.each([
    ['pm:enable', request({})],
    ['pm:enable', request({ filterByTk: '' })],
    ['pm:enable', request({ filterByTk: ['departments', 7] })],
    ['pm:enable', request({ filterByTk: '--help' })],
    ['pm:enable', request({ filterByTk: 'departments,--force' })],
    ['pm:enable', request({ filterByTk: { $ne: 'x' } })],
    ['pm:remove', request({ filterByTk: '../../etc' })],
    ['pm:add', request({ values: { packageName: 'file:/tmp/x.tgz' } })],
    ['pm:add', request({ values: { packageName: 'x', registry: 'any' } })],
    ['pm:add', request({ values: { packageName: 'x', authToken: 'secret' } })],
    ['pm:add', request({ values: { compressedFileUrl: 'any' } })],
    ['pm:update', request({ values: { packageName: 'x', version: '1 --registry=y' } })],
    ['pm:update', request({ values: { packageName: 'x', version: ['1'] } })],
    ['pm.add', { command: 'pm.add', words: ['/tmp/x.tgz'] }],
    ['pm.enable', { command: 'pm.enable', words: 'departments' }],
    ['pm.remove', { command: 'pm.remove', words: ['x', '--remove-dir'] }],
    ['upgrade', { command: 'upgrade', words: ['--lang'] }],
    ['upgrade', { command: 'upgrade', words: [], options: { force: true } }],
    ['pm.remove', { command: 'pm.remove', words: ['x'], options: { removeDir: true } }],
    ['backups:restore', request({ filterByTk: 'x' })],
    ['restore', { command: 'restore', words: ['x'] }],
    ['db:clean', { command: 'db:clean', words: [] }],
    ['users:update', request({ filterByTk: 1 })],
    ['constructor', request({})],
  ])('not %s %j', (action, exact) => {
    expect(planOf(action, exact)).toMatchObject({ ok: false });
  });

  it('nothing that brings a file', () => {
    expect(planOf('pm:add', undefined)).toMatchObject({ ok: false });
    expect(planOf('backups:create', undefined)).toMatchObject({ ok: false });
  });
});

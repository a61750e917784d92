import { describe, expect, it, vi } from 'vitest';
import type { Application } from '@nocobase/server';
import { setStartEnvironment, setSubAppStart } from '../../src/server/app/start-environment';

const skip = () => process.env.SKIP_SAME_VERSION_UPGRADE;

describe('what a start tells the host by its environment', () => {
  it.each([undefined, 'true'])(
    'is put back when the last of several apps has started, whichever that is: %s',
    (before) => {
      vi.stubEnv('SKIP_SAME_VERSION_UPGRADE', before);
      const endMain = setStartEnvironment('join');
      expect(skip()).toBe('true');
      const endSubApp = setSubAppStart({} as Application, 'upgrade');
      expect(skip()).toBe('false');
      endMain();
      expect(skip()).toBe('false');
      endSubApp();
      expect(skip()).toBe(before);
      const again = setStartEnvironment('upgrade');
      expect(skip()).toBe('false');
      again();
      expect(skip()).toBe(before);
    },
  );

  it('adds this plugin to what the main app installs, and not to what a sub-app does', () => {
    vi.stubEnv('APPEND_PRESET_BUILT_IN_PLUGINS', 'theirs');
    const end = setStartEnvironment('install');
    expect(process.env.APPEND_PRESET_BUILT_IN_PLUGINS).toBe('theirs,nocobase-plugin-cluster-maintenance');
    end();
    const endSubApp = setSubAppStart({} as Application, 'install');
    expect(process.env.APPEND_PRESET_BUILT_IN_PLUGINS).toBe('theirs');
    endSubApp();
  });

  it('keeps a sub-app from upgrading what another node has upgraded, for this start only', async () => {
    let upgrades = 0;
    const upgrade = () => Promise.resolve(void (upgrades += 1));
    const app = { upgrade, log: { info: () => {} } } as unknown as Application;
    const before = skip();
    const end = setSubAppStart(app, 'join');
    await app.upgrade();
    expect([upgrades, skip()]).toEqual([0, before]);
    end();
    await app.upgrade();
    expect(upgrades).toBe(1);
  });
});

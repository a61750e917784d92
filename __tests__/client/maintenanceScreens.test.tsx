import React, { type ComponentType } from 'react';
import { describe, expect, it } from 'vitest';
import { adoptMaintenanceScreens, enterPage } from '../../src/client-v2/host/maintenanceScreens';
import { textOf } from './render';

type Screen = ComponentType<{ error?: unknown }>;

/** The host's registry of components, which it asks for the screens each time it shows one. */
function host(components: Record<string, Screen>) {
  const app = {
    apiClient: { request: () => Promise.reject(new Error('Effects do not run in a string.')) },
    maintaining: true,
    error: null,
    getComponent: (name: string) => components[name],
    addComponents: (more: object) => void Object.assign(components, more),
    addProvider: () => undefined,
  } as unknown as Parameters<typeof adoptMaintenanceScreens>[0];
  const show = (name: string, error: object) => {
    const Shown = components[name];
    return Shown ? textOf(<Shown error={error} />) : 'none';
  };
  return { app, show };
}

const Restarting: Screen = () => <p>App restarting</p>;
const commanding = { code: 'APP_COMMANDING', message: 'load plugin [users], 45/77' };
const drained = { code: 'CLUSTER_MAINTENANCE', message: 'node-1 runs pm.enable departments.' };

describe('what the host shows while a node does not serve', () => {
  it('leaves the page about the cluster readable and covers every other one', () => {
    const { app, show } = host({ AppMaintainingDialog: Restarting });
    adoptMaintenanceScreens(app);
    expect(show('AppMaintainingDialog', commanding)).toBe('App restarting');
    const leave = enterPage();
    expect(show('AppMaintainingDialog', commanding)).toBe('');
    leave();
    expect(show('AppMaintainingDialog', commanding)).toBe('App restarting');
  });

  it('says of a drained node in the user’s language that the page goes on by itself', () => {
    const { app, show } = host({ AppMaintaining: Restarting });
    adoptMaintenanceScreens(app);
    expect(show('AppMaintaining', commanding)).toBe('App restarting');
    expect(show('AppMaintaining', drained)).toMatch(/^Maintenance .*continues by itself.* node-1 runs/);
  });

  it('says when a drained node is expected back, where that is known', () => {
    const { app, show } = host({ AppMaintaining: Restarting });
    adoptMaintenanceScreens(app);
    expect(show('AppMaintaining', drained)).not.toMatch(/Expected|any moment/);
    expect(show('AppMaintaining', { ...drained, expectedInSeconds: 12 })).toMatch(/Expected to end in about 12 s/);
    expect(show('AppMaintaining', { ...drained, expectedInSeconds: 0 })).toContain('It should end any moment now.');
  });

  it('offers nobody to try again: there is nothing that a person could do', () => {
    const { app, show } = host({ AppMaintaining: Restarting });
    adoptMaintenanceScreens(app);
    expect(show('AppMaintaining', { ...drained, expectedInSeconds: 12 })).not.toMatch(/try|retry/i);
  });

  it('is not invented where the host has none', () => {
    const { app, show } = host({});
    adoptMaintenanceScreens(app);
    expect(show('AppMaintainingDialog', commanding)).toBe('none');
    expect(show('AppMaintaining', commanding)).toBe('none');
  });
});

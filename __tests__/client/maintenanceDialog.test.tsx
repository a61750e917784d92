import React, { type ComponentType } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { enterPage, makeRoomForPage } from '../../src/client-v2/host/maintenanceDialog';

/** The host's registry of components, which it asks for the dialog each time it shows it. */
function host(components: Record<string, ComponentType>) {
  const app = {
    getComponent: (name: string) => components[name],
    addComponents: (more: object) => void Object.assign(components, more),
  };
  const dialog = () => {
    const Dialog = components.AppMaintainingDialog;
    return Dialog ? renderToStaticMarkup(<Dialog />) : 'none';
  };
  return { app, dialog };
}

describe('the host’s maintenance dialog', () => {
  it('leaves the page about the cluster readable and covers every other one', () => {
    const { app, dialog } = host({ AppMaintainingDialog: () => <p>App restarting</p> });
    makeRoomForPage(app);
    expect(dialog()).toBe('<p>App restarting</p>');
    const leave = enterPage();
    expect(dialog()).toBe('');
    leave();
    expect(dialog()).toBe('<p>App restarting</p>');
  });

  it('is not invented where the host has none', () => {
    const { app, dialog } = host({});
    makeRoomForPage(app);
    expect(dialog()).toBe('none');
  });
});

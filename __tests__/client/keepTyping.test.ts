import type { BaseApplication } from '@nocobase/client-v2';
import { describe, expect, it } from 'vitest';
import { keepTyping } from '../../src/client-v2/host/keepTyping';

type Listener = (event: { readonly data: unknown }) => void;

/** The host's websocket, and what its own listener is given. */
function host() {
  const events: { type: string; listener: Listener }[] = [];
  const got: unknown[] = [];
  const ws = {
    events,
    on: (type: string, listener: Listener) => void events.push({ type, listener }),
    off: (type: string, listener: Listener) => {
      const index = events.findIndex((each) => each.type === type && each.listener === listener);
      events.splice(index, 1);
    },
  };
  ws.on('message', ({ data }) => void got.push(JSON.parse(String(data)) as unknown));
  ws.on('open', () => undefined);
  const come = (message: object) => {
    for (const { type, listener } of events) if (type === 'message') listener({ data: JSON.stringify(message) });
  };
  return { app: { ws } as Pick<BaseApplication, 'ws'>, events, got, come };
}

const refresh = { type: 'maintaining', payload: { code: 'APP_RUNNING', message: 'it runs', refresh: true } };
const advice = () => 'Reload it.';

describe('a browser that is told to load the page anew', () => {
  it('obeys when nobody types', () => {
    const { app, got, come } = host();
    keepTyping(app, () => ({ isGoingOn: () => false }), advice);
    come(refresh);
    expect(got).toEqual([refresh]);
  });

  it('only advises it to somebody who types, and learns all the rest', () => {
    const { app, got, come } = host();
    keepTyping(app, () => ({ isGoingOn: () => true }), advice);
    come(refresh);
    expect(got).toEqual([
      { type: 'maintaining', payload: { code: 'APP_RUNNING', message: 'it runs' } },
      { type: 'notification', payload: { type: 'info', message: 'Reload it.' } },
    ]);
  });

  it('hears everything else as it is, once', () => {
    const { app, got, come, events } = host();
    keepTyping(app, () => ({ isGoingOn: () => true }), advice);
    const other = { type: 'authorized' };
    come(other);
    expect(got).toEqual([other]);
    expect(events.map(({ type }) => type).sort()).toEqual(['message', 'open']);
  });

  it('does what it always did in a host that looks different inside', () => {
    expect(() => keepTyping({}, () => ({ isGoingOn: () => true }), advice)).not.toThrow();
    expect(() => keepTyping({ ws: {} } as never, () => ({ isGoingOn: () => true }), advice)).not.toThrow();
  });
});

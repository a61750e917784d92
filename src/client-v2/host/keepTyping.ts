import type { BaseApplication, HostWebSocket } from '@nocobase/client-v2';

/** The admin who changes plugins here wants to see them, and fills in no form. */
const PLUGIN_MANAGER = /\/settings\/plugin-manager\b/;

type Listener = (event: { readonly data: unknown }) => void;

/** A form on the screen that somebody has typed into. */
export interface Typing {
  isGoingOn(): boolean;
}

/**
 * After a plugin command the host tells the browsers of the node that did it to load the page anew, and what was being
 * typed is gone. For who is typing the message is changed into the advice to do so: `advice` says it in words.
 */
export function keepTyping(app: Pick<BaseApplication, 'ws'>, watch: () => Typing, advice: () => string): void {
  const { ws } = app;
  // Another version of the host may look different inside, and then it does what it always does.
  if (!Array.isArray(ws?.events)) return;
  const typing = watch();
  for (const { type, listener } of ws.events.filter((each) => each.type === 'message')) {
    ws.off(type, listener);
    ws.on(type, gently(listener, typing, advice));
  }
}

function gently(listener: HostWebSocket['events'][number]['listener'], typing: Typing, advice: () => string): Listener {
  return (event) => {
    const message = refreshOf(event.data);
    if (!message || !typing.isGoingOn()) return listener(event);
    const { refresh, ...payload } = message.payload;
    listener({ data: JSON.stringify({ ...message, payload }) });
    listener({ data: JSON.stringify({ type: 'notification', payload: { type: 'info', message: advice() } }) });
  };
}

function refreshOf(data: unknown): { readonly payload: { readonly refresh: unknown } } | undefined {
  try {
    const message = JSON.parse(String(data)) as { payload?: { refresh?: unknown } } | null;
    return message?.payload?.refresh ? { ...message, payload: { refresh: true, ...message.payload } } : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers what somebody has typed into, as long as it is on the screen. */
export function watchTyping(): Typing {
  const page = document;
  const fields = new Set<HTMLElement>();
  const forget = () => fields.forEach((field) => field.isConnected || fields.delete(field));
  page.addEventListener(
    'input',
    ({ target }) => {
      forget();
      if (target instanceof HTMLElement) fields.add(target);
    },
    { capture: true, passive: true },
  );
  return {
    isGoingOn() {
      forget();
      return !PLUGIN_MANAGER.test(page.location.pathname) && [...fields].some((field) => contentOf(field) !== '');
    },
  };
}

function contentOf(field: HTMLElement): string {
  return 'value' in field && typeof field.value === 'string' ? field.value : (field.textContent ?? '');
}

import type { Page } from 'playwright-core';

/** What a page showed at one moment, as a person reads it. */
export interface Sight {
  /** Of the plugin's page: what screen readers are told, for example "Enable plugin, departments, Working". */
  readonly announced: string;
  readonly cards: string;
  readonly notices: string;
  /** Dialogs and toasts, the host's as well. */
  readonly dialogs: string;
  readonly toasts: string;
}

/** Everything a page has shown, each sight once and in order, also across reloads. Nothing in between is missed. */
export async function record(page: Page): Promise<readonly Sight[]> {
  const sights: Sight[] = [];
  await page.exposeFunction('tellSight', (sight: Sight) => {
    sights.push(sight);
  });
  await page.addInitScript(watchDocument);
  return sights;
}

/** Runs in the browser. */
function watchDocument(): void {
  const tell = (globalThis as unknown as { tellSight(sight: Sight): void }).tellSight;
  const textOf = (selector: string) =>
    [...document.querySelectorAll<HTMLElement>(selector)]
      .map((each) => each.innerText.replace(/\s+/g, ' '))
      .join(' | ');
  let last = '';
  const look = () => {
    const sight: Sight = {
      announced: textOf('[role="status"][aria-live="polite"]'),
      cards: textOf('.ant-card'),
      notices: textOf('.ant-alert'),
      dialogs: textOf('.ant-modal'),
      toasts: textOf('.ant-notification-notice, .ant-message-notice'),
    };
    const key = JSON.stringify(sight);
    if (key === last) return;
    last = key;
    tell(sight);
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}

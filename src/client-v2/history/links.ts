import type { MouseEvent } from 'react';
import { goTo, type AddressChange } from '../host/address';

/** Name of the operation whose flight recorder is open, in the address. */
export const OPERATION = 'operation';

/** In the address of this page, whatever tab is open. */
export function recorderOf(operationId: string): AddressChange {
  return { tab: 'history', [OPERATION]: operationId };
}

export const LIST: AddressChange = { tab: 'history', [OPERATION]: undefined };

/** A link that anybody may open elsewhere, and that stays on the page when it is simply clicked. */
export function linkTo(change: AddressChange) {
  return {
    href: `?${new URLSearchParams(Object.entries(change).flatMap(([name, value]) => (value ? [[name, value]] : [])))}`,
    onClick: (event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      goTo(change);
    },
  };
}

/** Where the host lists its backups, in the lane that is open. */
export function backupsAddress(): string {
  return window.location.pathname.replace(/\/settings\/.*$/, '/settings/backups/list');
}

/** On the element that the keyboard begins at. */
export const FIRST = 'cluster-maintenance-first';

/** Nothing takes the focus before it is to be seen, and a dialog is not while it opens. */
export function focusFirst(): void {
  document.querySelector<HTMLElement>(`.${FIRST}`)?.focus();
}

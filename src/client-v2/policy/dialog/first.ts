/** On the element that the keyboard begins at. */
export const FIRST = 'cluster-maintenance-first';

/** Nothing takes the focus before it is to be seen, and a dialog is not while it opens. */
export function focusFirst(): void {
  const first = document.querySelector<HTMLElement>(`.${FIRST}`);
  // Who was quicker types already.
  const typing =
    document.activeElement instanceof HTMLInputElement && first?.closest('form')?.contains(document.activeElement);
  if (!typing) first?.focus();
}

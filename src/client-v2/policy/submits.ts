import type { KeyboardEvent } from 'react';

/**
 * For a button outside of its form, such as the one of a dialog: it is the form's own, so that Enter in a field does what the
 * button does. Forms of the host have their name as their id.
 */
export function submits(form: string) {
  return { htmlType: 'submit', form } as const;
}

/** In a picker, Enter takes what was typed, and the form is not complete yet. */
export function takeEnter(event: KeyboardEvent): void {
  if (event.key === 'Enter') event.preventDefault();
}

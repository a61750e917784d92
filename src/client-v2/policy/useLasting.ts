import { useCallback, useEffect, useState } from 'react';

export interface Lasting<T> {
  /** The value, or what it was before it went. */
  readonly shown: T | undefined;
  /** For what is drawn over the page: forgets the value once it has faded. */
  readonly afterOpenChange: (open: boolean) => void;
}

/** What a dialog is about, until it has faded: it would be empty otherwise, and keep what was typed for the next time. */
export function useLasting<T>(value: T | undefined): Lasting<T> {
  const [last, setLast] = useState(value);
  useEffect(() => {
    if (value !== undefined) setLast(value);
  }, [value]);
  const afterOpenChange = useCallback((open: boolean) => {
    if (!open) setLast(undefined);
  }, []);
  return { shown: value ?? last, afterOpenChange };
}

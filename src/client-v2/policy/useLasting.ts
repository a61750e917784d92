import { useCallback, useEffect, useState } from 'react';

export interface Lasting<T> {
  /** The value, or what it was before it went. */
  readonly shown: T | undefined;
  /**
   * Another one each time that it has faded: a key for what must begin anew. What is hidden is not drawn, so the host's
   * dialogs would keep the form of before with all that was typed.
   */
  readonly turn: number;
  /** For what is drawn over the page: forgets the value once it has faded. */
  readonly afterOpenChange: (open: boolean) => void;
}

/** What a dialog is about, until it has faded: it would be empty otherwise. */
export function useLasting<T>(value: T | undefined): Lasting<T> {
  const [last, setLast] = useState(value);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (value !== undefined) setLast(value);
  }, [value]);
  const afterOpenChange = useCallback((open: boolean) => {
    if (open) return;
    setLast(undefined);
    setTurn((before) => before + 1);
  }, []);
  return { shown: value ?? last, turn, afterOpenChange };
}

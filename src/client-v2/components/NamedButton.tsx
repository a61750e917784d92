import { Button, type ButtonProps } from 'antd';
import React from 'react';

export interface NamedButtonProps extends Omit<ButtonProps, 'children' | 'autoInsertSpace'> {
  /** What it does, in a word: all that is to be seen. */
  readonly does: string;
  /** To what. A screen reader meets many buttons of the same word. */
  readonly about: string;
}

/** The host puts a blank between two Chinese letters: the word that is seen would not be the one that is heard. */
export function NamedButton({ does, about, ...rest }: NamedButtonProps) {
  return (
    <Button {...rest} autoInsertSpace={false} aria-label={`${does}: ${about}`.replace(/:\s*$/, '')}>
      {does}
    </Button>
  );
}

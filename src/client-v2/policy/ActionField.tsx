import { AutoComplete, type AutoCompleteProps } from 'antd';
import React from 'react';
import { KNOWN_ACTIONS } from './labels';

const ACTIONS = KNOWN_ACTIONS.map((value) => ({ value }));

export type ActionFieldProps = Omit<AutoCompleteProps, 'options' | 'filterOption'> & {
  readonly 'aria-required'?: boolean;
};

/** Any action or command; the well-known ones are proposed. What a form says of it would land on a frame that is no field. */
export function ActionField({ 'aria-required': _required, ...rest }: ActionFieldProps) {
  return <AutoComplete {...rest} options={ACTIONS} filterOption={contains} />;
}

function contains(typed: string, option: { readonly value: string } | undefined): boolean {
  return option?.value.toLowerCase().includes(typed.toLowerCase()) ?? false;
}

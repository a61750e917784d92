import { Form, Input } from 'antd';
import React from 'react';
import { useT } from '../../locale';
import { FIRST } from './first';

const LONGEST = 500;

interface FieldProps {
  /** It gets the focus. */
  readonly first: boolean;
}

export function ReasonField({ first }: FieldProps) {
  const t = useT();
  const needed = { required: true, whitespace: true, message: t('Say in a few words why this is done.') };
  return (
    <Form.Item name="reason" label={t('Reason')} rules={[needed]} extra={t('It is kept in the audit list.')}>
      <Input {...firstly(first)} maxLength={LONGEST} autoComplete="off" />
    </Form.Item>
  );
}

/** What is typed has to be the name, letter by letter: nobody does that without looking. */
export function NameField({ name, first }: FieldProps & { readonly name: string }) {
  const t = useT();
  const fits = async (_: unknown, typed: string | undefined) => {
    if (typed?.trim() !== name) throw new Error(t('Type exactly: {{name}}', { name }));
  };
  return (
    <Form.Item
      name="name"
      label={t('Type “{{name}}” to confirm', { name })}
      rules={[{ validator: fits }]}
      validateTrigger="onSubmit"
      required
    >
      <Input {...firstly(first)} autoComplete="off" spellCheck={false} autoCapitalize="off" placeholder={name} />
    </Form.Item>
  );
}

/** Both, because a form may also come into a dialog that is open. */
function firstly(first: boolean) {
  return first ? { autoFocus: true, className: FIRST } : {};
}

import { Button, Form } from 'antd';
import React from 'react';
import { useT } from '../../locale';
import { hasReason, nameAskedFor } from '../words';
import { Buttons } from './Buttons';
import type { OfferProps } from './offer';
import { NameField, ReasonField } from './fields';

interface Fields {
  readonly reason?: string;
  readonly name?: string;
}

/** Asks for what the reasons name; then the same request is sent again. */
export function ConfirmForm({ question, onGive, onLeave }: OfferProps) {
  const t = useT();
  const { verdict } = question.refusal.prospect;
  const name = nameAskedFor(verdict.reasons);
  const needsReason = hasReason(verdict.reasons, 'reason-needed');
  const { before } = question;
  const give = ({ reason, name: typed }: Fields) =>
    onGive({ ...before, reason: (reason ?? before?.reason ?? '').trim(), ...(typed ? { name: typed.trim() } : {}) });
  return (
    <Form<Fields> name="policy-question" layout="vertical" initialValues={{ reason: before?.reason }} onFinish={give}>
      {(needsReason || name !== undefined) && <ReasonField first />}
      {name !== undefined && <NameField name={name} first={false} />}
      <Buttons onLeave={onLeave} focused={!needsReason && name === undefined}>
        <Button type="primary" danger={name !== undefined} htmlType="submit">
          {t('Confirm and go on')}
        </Button>
      </Buttons>
    </Form>
  );
}

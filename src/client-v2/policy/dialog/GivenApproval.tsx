import { Button, Flex, Form, Radio } from 'antd';
import React from 'react';
import type { ApprovalRequest } from '../../../shared/policy-api';
import { useLanguage, useT } from '../../locale';
import { formatDate } from '../moments';
import { nameAskedFor } from '../words';
import type { OfferProps } from './offer';
import { Buttons } from './Buttons';
import { NameField } from './fields';

interface Fields {
  readonly approval: string;
  readonly name?: string;
}

/** Somebody has approved the same before: it runs with that, once. */
export function GivenApproval({
  approvals,
  question,
  onGive,
  onLeave,
}: OfferProps & { readonly approvals: readonly ApprovalRequest[] }) {
  const t = useT();
  const name = nameAskedFor(question.refusal.prospect.verdict.reasons);
  const give = ({ approval, name: typed }: Fields) => {
    const reason = approvals.find(({ id }) => id === approval)?.reason ?? '';
    onGive({ reason, approval, ...(typed ? { name: typed.trim() } : {}) });
  };
  return (
    <Form<Fields>
      name="policy-question"
      layout="vertical"
      initialValues={{ approval: approvals[0]?.id }}
      onFinish={give}
    >
      <Form.Item name="approval" label={t('You were given an approval')}>
        <Radio.Group>
          <Flex vertical gap="small">
            {approvals.map((each) => (
              <Radio key={each.id} value={each.id}>
                <Approval approval={each} />
              </Radio>
            ))}
          </Flex>
        </Radio.Group>
      </Form.Item>
      {name !== undefined && <NameField name={name} first />}
      <Buttons onLeave={onLeave} focused={name === undefined}>
        <Button type="primary" htmlType="submit">
          {t('Go on with the approval')}
        </Button>
      </Buttons>
    </Form>
  );
}

function Approval({ approval }: { readonly approval: ApprovalRequest }) {
  const t = useT();
  const language = useLanguage();
  const until = formatDate(approval.notAfter ?? approval.expiresAt, language);
  return (
    <>
      {t('By {{name}}, until {{until}}: {{reason}}', {
        name: approval.decidedBy ?? '?',
        until,
        reason: approval.reason,
      })}
    </>
  );
}

import { Flex, Typography } from 'antd';
import React, { type ReactNode } from 'react';
import type { ApprovalRequest, RequestState } from '../../../shared/policy-api';
import { useLanguage, useT, type Translate } from '../../locale';
import { labelOf } from '../../model/labels';
import { REQUEST_LABELS } from '../labels';
import { formatDate } from '../moments';
import { WrappingTag } from '../WrappingTag';
import { ActTitle } from './ActTitle';
import { Parameters } from './Parameters';

const COLORS: Readonly<Record<RequestState, string>> = {
  pending: 'processing',
  approved: 'success',
  rejected: 'error',
  used: 'default',
  expired: 'default',
  withdrawn: 'default',
};

/** One request: what, by whom, why, and what became of it. */
export function RequestItem({ request, buttons }: { readonly request: ApprovalRequest; readonly buttons?: ReactNode }) {
  const t = useT();
  const language = useLanguage();
  const { state, requestedBy, requestedAt, reason, comment } = request;
  const asked = t('Asked by {{name}}: {{when}}', { name: requestedBy, when: formatDate(requestedAt, language) });
  return (
    <Flex vertical gap={6}>
      <Flex wrap align="center" gap="small">
        <ActTitle {...request} />
        <WrappingTag color={COLORS[state]}>{t(labelOf(REQUEST_LABELS, state))}</WrappingTag>
      </Flex>
      <div style={{ overflowWrap: 'anywhere' }}>{reason}</div>
      <Typography.Text type="secondary">{asked}</Typography.Text>
      {outcomeOf(request, t, language).map((line) => (
        <Typography.Text key={line} type="secondary">
          {line}
        </Typography.Text>
      ))}
      {comment !== undefined && comment !== '' && <div>{t('Comment: {{text}}', { text: comment })}</div>}
      <Parameters text={request.parameters} />
      {buttons}
    </Flex>
  );
}

function outcomeOf(request: ApprovalRequest, t: Translate, language: string): readonly string[] {
  const { state, decidedBy, decidedAt, notBefore, notAfter, expiresAt } = request;
  const when = (moment: number) => formatDate(moment, language);
  const decided =
    decidedBy !== undefined && decidedAt !== undefined
      ? [t('Decided by {{name}}: {{when}}', { name: decidedBy, when: when(decidedAt) })]
      : [];
  if (state === 'pending') return [t('Expires: {{when}}', { when: when(expiresAt) })];
  if (state !== 'approved') return decided;
  const from = notBefore === undefined ? [] : [t('May run from: {{when}}', { when: when(notBefore) })];
  return [...decided, ...from, t('May run until: {{when}}', { when: when(notAfter ?? expiresAt) })];
}

import { Flex, Typography } from 'antd';
import React from 'react';
import type { Decision } from '../../../shared/policy';
import type { AuditEntry } from '../../../shared/policy-api';
import { NamedButton } from '../../components/NamedButton';
import { useLanguage, useT } from '../../locale';
import { labelOf } from '../../model/labels';
import { DECISION_LABELS } from '../labels';
import { formatShortDate } from '../moments';
import { WrappingTag } from '../WrappingTag';
import { ActTitle } from './ActTitle';

const COLORS: Readonly<Record<Decision, string>> = {
  allow: 'success',
  ask: 'processing',
  approve: 'purple',
  wait: 'warning',
  deny: 'error',
};

export function AuditItem({ entry, onShow }: { readonly entry: AuditEntry; readonly onShow: () => void }) {
  const t = useT();
  const language = useLanguage();
  const { at, person, decision, reason, action, subject } = entry;
  return (
    <Flex wrap justify="space-between" align="start" gap="small">
      <Flex vertical gap={2} style={{ flex: '1 1 200px', minWidth: 0 }}>
        <Flex wrap align="center" gap="small">
          <ActTitle action={action} subject={subject} />
          <DecisionTag decision={decision} />
        </Flex>
        <Typography.Text type="secondary">{`${person} · ${formatShortDate(at, language)}`}</Typography.Text>
        {reason !== undefined && <span style={{ overflowWrap: 'anywhere' }}>{reason}</span>}
      </Flex>
      <NamedButton size="small" does={t('Details')} about={`${action} ${subject}`} onClick={onShow} />
    </Flex>
  );
}

export function DecisionTag({ decision }: { readonly decision: Decision }) {
  const t = useT();
  return <WrappingTag color={COLORS[decision]}>{t(labelOf(DECISION_LABELS, decision))}</WrappingTag>;
}

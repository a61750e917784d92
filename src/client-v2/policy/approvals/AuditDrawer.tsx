import { Drawer, Flex } from 'antd';
import React from 'react';
import type { AuditEntry } from '../../../shared/policy-api';
import { useLanguage, useT } from '../../locale';
import { labelOf } from '../../model/labels';
import { DEMAND_LABELS, resultWords, SOURCE_LABELS } from '../labels';
import { formatDate } from '../moments';
import { Fact } from '../ProspectFacts';
import { useLasting } from '../useLasting';
import { ReasonList } from '../ReasonList';
import { ActTitle } from './ActTitle';
import { DecisionTag } from './AuditItem';
import { Parameters } from './Parameters';

const WIDTH = 'min(520px, 100vw)';

/** All that is known of one attempt. */
export function AuditDrawer({
  entry,
  onClose,
}: {
  readonly entry: AuditEntry | undefined;
  readonly onClose: () => void;
}) {
  const t = useT();
  const { shown, afterOpenChange } = useLasting(entry);
  return (
    <Drawer
      open={entry !== undefined}
      width={WIDTH}
      title={t('Details')}
      aria-label={t('Details')}
      onClose={onClose}
      afterOpenChange={afterOpenChange}
    >
      {shown && <Facts entry={shown} />}
    </Drawer>
  );
}

function Facts({ entry }: { readonly entry: AuditEntry }) {
  const t = useT();
  const language = useLanguage();
  const { action, subject, at, person, by, node, decision, demand, reasons, parameters } = entry;
  const texts: readonly (readonly [string, string | undefined])[] = [
    [t('When'), formatDate(at, language)],
    [t('Person'), person],
    [t('Came by'), t(labelOf(SOURCE_LABELS, by))],
    [t('Node'), node],
    [t('What the rules ask'), demand && t(labelOf(DEMAND_LABELS, demand))],
    [t('Reason'), entry.reason],
    [t('Approved by'), entry.approvedBy],
    [t('Approval'), entry.approvalId],
    [t('Operation'), entry.operationId],
    [t('Result'), entry.result && resultWords(entry.result, t)],
  ];
  return (
    <Flex vertical gap="small">
      <Flex wrap align="center" gap="small">
        <ActTitle action={action} subject={subject} />
        <DecisionTag decision={decision} />
      </Flex>
      {reasons.length > 0 && <ReasonList reasons={reasons} />}
      {texts.map(
        ([label, value]) =>
          value !== undefined &&
          value !== '' && (
            <Fact key={label} label={label}>
              {value}
            </Fact>
          ),
      )}
      <Parameters text={parameters} />
    </Flex>
  );
}

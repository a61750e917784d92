import { Descriptions, Typography } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useT, type Translate } from '../locale';
import { useTight } from './useTight';

const NOTHING = '–';
const COLUMNS = { xs: 1, sm: 1, md: 2, lg: 2, xl: 2, xxl: 2 };
/** Two lines are kept free, so that a longer list of nodes does not move what is below. */
const CLAMP = { rows: 2, tooltip: true };

/** Who runs the operation for whom, what it waits for and the host's own words on its progress. */
export function OperationFacts({ operation }: { readonly operation: OperationRecord }) {
  const t = useT();
  const layout = useTight() ? 'vertical' : 'horizontal';
  const items = [
    { key: 'leader', label: t('Leader'), children: operation.leader.name },
    { key: 'requestedBy', label: t('Requested by'), children: requesterOf(operation, t) },
    { key: 'waitingFor', label: t('Waiting for'), children: <Words text={operation.waitingFor.join(', ')} strong /> },
    { key: 'step', label: t('Progress'), children: <Words text={operation.step} /> },
  ];
  return <Descriptions size="small" layout={layout} column={COLUMNS} items={items} />;
}

/** The server says `start-up` where no person and no command asked. */
export function requesterOf({ requestedBy }: OperationRecord, t: Translate): string {
  return requestedBy === 'start-up' ? t('Start-up') : requestedBy;
}

function Words({ text, strong = false }: { readonly text: string; readonly strong?: boolean }) {
  if (text === '') return <Typography.Text type="secondary">{NOTHING}</Typography.Text>;
  return (
    <Typography.Paragraph strong={strong} ellipsis={CLAMP} style={{ marginBottom: 0 }}>
      {text}
    </Typography.Paragraph>
  );
}

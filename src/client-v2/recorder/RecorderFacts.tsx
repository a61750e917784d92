import { Descriptions, Typography } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { requesterOf } from '../components/OperationFacts';
import { useTight } from '../components/useTight';
import { BackupLink } from '../history/BackupLink';
import { hasWhy, OperationWhy } from '../history/OperationWhy';
import { durationOf, rolledBackBy } from '../history/words';
import { useLanguage, useT } from '../locale';
import { formatMoment } from '../model/time';

const COLUMNS = { xs: 1, sm: 1, md: 2, lg: 2, xl: 3, xxl: 3 };

/** Who, when, for how long, and what became of it. */
export function RecorderFacts({ operation }: { readonly operation: OperationRecord }) {
  const t = useT();
  const language = useLanguage();
  const layout = useTight() ? 'vertical' : 'horizontal';
  const { id, leader, startedAt, epoch, attempt, versions, backup } = operation;
  const taken = rolledBackBy(operation, t);
  const items = [
    { key: 'requestedBy', label: t('Requested by'), children: requesterOf(operation, t) },
    { key: 'leader', label: t('Leader'), children: leader.name },
    { key: 'begun', label: t('Begun'), children: formatMoment(startedAt, language) },
    { key: 'duration', label: t('Duration'), children: durationOf(operation) },
    ...(versions ? [{ key: 'version', label: t('Version'), children: `${versions.from} → ${versions.to}` }] : []),
    ...(attempt > 1 ? [{ key: 'attempt', label: t('Attempt {{number}}', { number: attempt }), children: '' }] : []),
    ...(taken === undefined ? [] : [{ key: 'taken', label: t('Rolls back'), children: taken }]),
    ...(backup ? [{ key: 'backup', label: t('Backup'), children: <BackupLink backup={backup} /> }] : []),
    { key: 'epoch', label: t('Epoch'), children: epoch },
    { key: 'id', label: t('Id'), children: <Typography.Text code>{id}</Typography.Text> },
    ...(hasWhy(operation)
      ? [{ key: 'why', label: t('Why'), span: 'filled' as const, children: <OperationWhy operation={operation} /> }]
      : []),
  ];
  return <Descriptions size="small" layout={layout} column={COLUMNS} items={items} />;
}

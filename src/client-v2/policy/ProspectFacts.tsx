import { Flex, Typography, theme } from 'antd';
import React, { type ReactNode } from 'react';
import type { Prospect } from '../../shared/policy-api';
import { useLanguage, useT, type Translate } from '../locale';
import { formatAgo } from '../model/time';
import { formatDate, formatExpected } from './moments';

/** More names would push the question out of the window. */
const MOST_NAMES = 8;

/** What happens if the action begins now: who stops, for how long, what there is to go back to, what would be disturbed. */
export function ProspectFacts({ prospect }: { readonly prospect: Prospect }) {
  const t = useT();
  const { expectedMs, work, takesBackup, verdict } = prospect;
  const stops = verdict.maintenance !== 'none';
  return (
    <Flex vertical gap={6}>
      <Fact label={t('What happens')}>{consequence(prospect, t)}</Fact>
      {stops && (
        <Fact label={t('Expected to take')}>
          {expectedMs === undefined ? t('It is not known how long this takes.') : formatExpected(expectedMs, t)}
        </Fact>
      )}
      <Fact label={t('Last backup')}>
        <LastBackup at={prospect.lastBackupAt} />
        {takesBackup && <div>{t('A new one is made first, when all nodes have stopped.')}</div>}
      </Fact>
      <Fact label={t('Runs now')}>{work.length === 0 ? t('Nothing that is known of') : shortened(work)}</Fact>
    </Flex>
  );
}

function consequence({ verdict, nodes }: Prospect, t: Translate): string {
  if (verdict.maintenance === 'none') return t('No node stops for it.');
  const names = shortened(nodes);
  if (verdict.maintenance === 'quiet') return t('Every node goes on reading. Whatever writes waits until it is done.');
  if (nodes.length === 0) return t('No other node has to stop for it.');
  return t('{{count}} nodes finish their requests and take no new ones until it is done: {{names}}', {
    count: nodes.length,
    names,
  });
}

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown}, … (${names.length})` : shown;
}

function LastBackup({ at }: { readonly at: number | undefined }) {
  const t = useT();
  const language = useLanguage();
  if (at === undefined) return <>{t('None is known')}</>;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDate(at, language)}>
      {formatAgo(Date.now() - at, language)}
    </time>
  );
}

/** The value goes below its label where there is no room beside it. */
export function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const { token } = theme.useToken();
  return (
    <Flex wrap style={{ columnGap: token.marginSM }}>
      <Typography.Text type="secondary" style={{ flex: '0 0 130px' }}>
        {label}
      </Typography.Text>
      <div style={{ flex: '1 1 180px', minWidth: 0, overflowWrap: 'anywhere' }}>{children}</div>
    </Flex>
  );
}

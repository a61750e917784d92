import { Empty, Timeline, Typography, theme } from 'antd';
import React, { useState } from 'react';
import type { JournalEntry, JournalEvent } from '../../shared/domain';
import { useLanguage, useT } from '../locale';
import { JOURNAL_LABELS, labelOf } from '../model/labels';
import { formatMoment, formatTime } from '../model/time';
import { wordsOf } from '../recorder/words';
import { WrappingButton } from './WrappingButton';

/** What is usually enough to understand the end. */
const LINES_AT_FIRST = 12;

const TROUBLE: ReadonlySet<JournalEvent> = new Set<JournalEvent>([
  'lease.troubled',
  'lease.lost',
  'guard.refused',
  'guard.lost',
  'guard.broken',
  'node.stopped',
]);

const DIGITS = { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } as const;

/** What happened, in the server's order, the newest last. Clocks of machines differ: the times do not decide it. */
export function JournalLines({ lines }: { readonly lines: readonly JournalEntry[] }) {
  const t = useT();
  const { token } = theme.useToken();
  const [all, setAll] = useState(false);
  if (lines.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('No lines are known.')} />;
  const earlier = Math.max(0, lines.length - LINES_AT_FIRST);
  const items = lines.slice(all ? 0 : earlier).map((line) => ({
    key: `${line.epoch} ${line.node.bootId} ${line.seq}`,
    color: TROUBLE.has(line.event) ? 'red' : 'gray',
    children: <Line line={line} />,
    style: { paddingBlockEnd: token.paddingXS },
  }));
  return (
    <div>
      {earlier > 0 && (
        <WrappingButton
          type="link"
          size="small"
          aria-expanded={all}
          onClick={() => setAll(!all)}
          style={{ paddingInline: 0, textAlign: 'start', marginBlockEnd: token.marginSM }}
        >
          {all ? t('Show only the last lines') : t('Show {{count}} earlier lines', { count: earlier })}
        </WrappingButton>
      )}
      <Timeline items={items} style={{ marginBlockStart: token.marginXXS }} />
    </div>
  );
}

function Line({ line }: { readonly line: JournalEntry }) {
  const t = useT();
  const language = useLanguage();
  return (
    <span style={{ overflowWrap: 'anywhere' }}>
      <Typography.Text type="secondary" style={DIGITS}>
        <time dateTime={new Date(line.at).toISOString()} title={formatMoment(line.at, language)}>
          {formatTime(line.at, language)}
        </time>
      </Typography.Text>{' '}
      <Typography.Text strong>{line.node.name}</Typography.Text>{' '}
      <Typography.Text type="secondary">{t(labelOf(JOURNAL_LABELS, line.event))}:</Typography.Text> {wordsOf(line, t)}
    </span>
  );
}

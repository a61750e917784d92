import { Button, Card, Empty, Flex, Tag, Typography } from 'antd';
import React, { useCallback } from 'react';
import type { QueuedAction, QueueState } from '../../../shared/policy-api';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useLanguage, useT } from '../../locale';
import { labelOf } from '../../model/labels';
import { usePolicyApi } from '../api';
import { QUEUE_LABELS } from '../labels';
import { formatDate } from '../moments';
import { NotLoaded } from '../NotLoaded';
import { useLoaded } from '../useLoaded';
import { useSubmission } from '../useSubmission';
import { ActTitle } from './ActTitle';

const EVERY_MS = 10_000;

const COLORS: Readonly<Record<QueueState, string>> = {
  waiting: 'processing',
  started: 'success',
  failed: 'error',
  withdrawn: 'default',
  missed: 'warning',
};

/** What begins by itself when the calendar allows it, and what has. */
export function QueueList() {
  const t = useT();
  const api = usePolicyApi();
  const { body, problem, reload } = useLoaded(
    useCallback((signal: AbortSignal) => api.queued(signal), [api]),
    EVERY_MS,
  );
  if (!body) return <NotLoaded problem={problem} onRetry={reload} />;
  if (body.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('Nothing waits for a window.')} />;
  }
  return (
    <Card size="small">
      <Flex vertical gap="middle" role="list">
        {body.map((action) => (
          <QueuedItem key={action.id} action={action} onDone={reload} />
        ))}
      </Flex>
    </Card>
  );
}

function QueuedItem({ action, onDone }: { readonly action: QueuedAction; readonly onDone: () => void }) {
  const t = useT();
  const language = useLanguage();
  const { state, reason, requestedBy, requestedAt, startsAt, result } = action;
  const asked = t('Asked by {{name}}: {{when}}', { name: requestedBy, when: formatDate(requestedAt, language) });
  return (
    <Flex vertical gap={6} role="listitem">
      <Flex wrap align="center" gap="small">
        <ActTitle {...action} />
        <Tag color={COLORS[state]}>{t(labelOf(QUEUE_LABELS, state))}</Tag>
      </Flex>
      <div style={{ overflowWrap: 'anywhere' }}>{reason}</div>
      <Typography.Text type="secondary">{asked}</Typography.Text>
      {state === 'waiting' && startsAt !== undefined && (
        <Typography.Text>
          {t('It begins by itself: {{when}}', { when: formatDate(startsAt, language) })}
        </Typography.Text>
      )}
      {result !== undefined && <div>{result}</div>}
      {state === 'waiting' && <WithdrawButton id={action.id} onDone={onDone} />}
    </Flex>
  );
}

function WithdrawButton({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const t = useT();
  const api = usePolicyApi();
  const { busy, problem, send } = useSubmission();
  const withdraw = async () => {
    if (await send(() => api.withdrawQueued(id))) onDone();
  };
  return (
    <Flex vertical gap="small" align="start">
      <Button size="small" loading={busy} onClick={() => void withdraw()}>
        {t('Withdraw')}
      </Button>
      {problem && <ProblemNotice problem={problem} />}
    </Flex>
  );
}

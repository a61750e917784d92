import { Card, Empty, Flex, Typography } from 'antd';
import React, { useCallback } from 'react';
import type { QueuedAction, QueueState } from '../../../shared/policy-api';
import { LastTryFailed } from '../../components/LastTryFailed';
import { NamedButton } from '../../components/NamedButton';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { RecorderLink } from '../../history/RecorderLink';
import { useLanguage, useT } from '../../locale';
import { labelOf } from '../../model/labels';
import { usePolicyApi } from '../api';
import { ItemList } from '../ItemList';
import { QUEUE_LABELS, resultWords } from '../labels';
import { formatDate } from '../moments';
import { NotLoaded } from '../NotLoaded';
import { useLoaded } from '../useLoaded';
import { WrappingTag } from '../WrappingTag';
import { useRight } from '../useRight';
import { useSubmission } from '../useSubmission';
import { ActTitle } from './ActTitle';

const EVERY_MS = 5_000;

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
  const answer = useLoaded(
    useCallback((signal: AbortSignal) => api.queued(signal), [api]),
    EVERY_MS,
  );
  const { body, problem, reload } = answer;
  if (!body) return <NotLoaded problem={problem} onRetry={reload} />;
  return (
    <Flex vertical gap="middle">
      <LastTryFailed answer={answer} />
      <Card size="small">
        {body.length === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('Nothing waits for a window.')} />
        ) : (
          <ItemList>
            {body.map((action) => (
              <QueuedItem key={action.id} action={action} onDone={reload} />
            ))}
          </ItemList>
        )}
      </Card>
    </Flex>
  );
}

interface ItemProps {
  readonly action: QueuedAction;
  readonly onDone: () => void;
}

function QueuedItem({ action, onDone }: ItemProps) {
  const t = useT();
  const language = useLanguage();
  const mayOperate = useRight('operate');
  const { state, reason, requestedBy, requestedAt, startsAt, result, operationId } = action;
  // Then there is nothing else to wait for, and the server's sentence would say the same.
  const begins = state === 'waiting' ? startsAt : undefined;
  const asked = t('Asked by {{name}}: {{when}}', { name: requestedBy, when: formatDate(requestedAt, language) });
  return (
    <Flex vertical gap={6}>
      <Flex wrap align="center" gap="small">
        <ActTitle {...action} />
        <WrappingTag color={COLORS[state]}>{t(labelOf(QUEUE_LABELS, state))}</WrappingTag>
      </Flex>
      <div style={{ overflowWrap: 'anywhere' }}>{reason}</div>
      <Typography.Text type="secondary">{asked}</Typography.Text>
      {begins !== undefined && <div>{t('It begins by itself: {{when}}', { when: formatDate(begins, language) })}</div>}
      {begins === undefined && result !== undefined && (
        <div style={{ overflowWrap: 'anywhere' }}>{resultWords(result, t)}</div>
      )}
      {operationId !== undefined && <RecorderLink operationId={operationId} />}
      {state === 'waiting' && mayOperate && <WithdrawButton action={action} onDone={onDone} />}
    </Flex>
  );
}

function WithdrawButton({ action, onDone }: ItemProps) {
  const t = useT();
  const api = usePolicyApi();
  const { busy, problem, send } = useSubmission();
  const withdraw = async () => {
    if (await send(() => api.withdrawQueued(action.id))) onDone();
  };
  return (
    <Flex vertical gap="small" align="start">
      <NamedButton
        size="small"
        loading={busy}
        does={t('Withdraw')}
        about={`${action.action} ${action.subject}`}
        onClick={() => void withdraw()}
      />
      {problem && <ProblemNotice problem={problem} />}
    </Flex>
  );
}

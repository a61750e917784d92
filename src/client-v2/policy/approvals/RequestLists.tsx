import { Card, Empty, Flex } from 'antd';
import React, { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { ApprovalRequest } from '../../../shared/policy-api';
import { LastTryFailed } from '../../components/LastTryFailed';
import { useT } from '../../locale';
import { usePolicyApi } from '../api';
import { ItemList } from '../ItemList';
import { NotLoaded } from '../NotLoaded';
import { useLoaded } from '../useLoaded';
import { useRight } from '../useRight';
import { DecideModal, type Choice } from './DecideModal';
import { DecideButtons, OwnButtons } from './RequestButtons';
import { RequestItem } from './RequestItem';
import { sortRequests } from './model';

const EVERY_MS = 5_000;

/** What others wait for, what one waits for oneself, and what is decided. */
export function RequestLists() {
  const t = useT();
  const api = usePolicyApi();
  const mayApprove = useRight('approve');
  const [choice, setChoice] = useState<Choice>();
  const answer = useLoaded(
    useCallback((signal: AbortSignal) => api.approvals(signal), [api]),
    EVERY_MS,
  );
  const { body, problem, reload } = answer;
  const { toDecide, own, ended } = useMemo(() => sortRequests(body?.requests ?? []), [body]);
  if (!body) return <NotLoaded problem={problem} onRetry={reload} />;
  const decide = (request: ApprovalRequest) =>
    mayApprove && <DecideButtons request={request} onChoose={(kind) => setChoice({ kind, request })} />;
  return (
    <Flex vertical gap="middle">
      <LastTryFailed answer={answer} />
      <List title={t('Waiting for approval')} empty={t('Nobody waits.')} requests={toDecide} buttons={decide} />
      <List
        title={t('Your requests')}
        empty={t('You wait for nothing.')}
        requests={own}
        buttons={(request) => <OwnButtons request={request} onDone={reload} />}
      />
      <List title={t('Decided and ended')} empty={t('There is nothing yet.')} requests={ended} />
      <DecideModal choice={choice} onDone={reload} onClose={() => setChoice(undefined)} />
    </Flex>
  );
}

interface ListProps {
  readonly title: string;
  readonly empty: string;
  readonly requests: readonly ApprovalRequest[];
  readonly buttons?: (request: ApprovalRequest) => ReactNode;
}

function List({ title, empty, requests, buttons }: ListProps) {
  return (
    <Card
      size="small"
      styles={{ title: { whiteSpace: 'normal' } }}
      title={requests.length > 0 ? `${title} (${requests.length})` : title}
    >
      {requests.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />
      ) : (
        <ItemList>
          {requests.map((request) => (
            <RequestItem key={request.id} request={request} buttons={buttons?.(request)} />
          ))}
        </ItemList>
      )}
    </Card>
  );
}

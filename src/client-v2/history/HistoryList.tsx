import { Button, Card, Empty, Flex, Grid, Skeleton } from 'antd';
import React from 'react';
import { Dimmed } from '../components/Dimmed';
import { LastTryFailed } from '../components/LastTryFailed';
import { Unanswered } from '../components/Unanswered';
import { useTight } from '../components/useTight';
import { useT } from '../locale';
import { HistoryCards } from './HistoryCards';
import { HistoryFilters } from './HistoryFilters';
import { HistoryTable } from './HistoryTable';
import { useHistory, type History } from './useHistory';

/** All operations, newest first. */
export function HistoryList() {
  const tight = useTight();
  const history = useHistory();
  const { answer, filter, setFilter } = history;
  if (!answer.body && answer.problem) return <Unanswered problem={answer.problem} onRetry={answer.reload} />;
  return (
    <Card size={tight ? 'small' : 'default'}>
      <Flex vertical gap="middle">
        <HistoryFilters filter={filter} total={answer.body?.total} onChange={setFilter} />
        <LastTryFailed answer={answer} />
        <Operations history={history} />
      </Flex>
    </Card>
  );
}

function Operations({ history }: { readonly history: History }) {
  const t = useT();
  // The host's menu takes 200 px of that.
  const narrow = Grid.useBreakpoint().xl === false;
  const { body, busy } = history.answer;
  if (!body) return <Skeleton active title={false} paragraph={{ rows: 8, width: '100%' }} />;
  if (body.operations.length === 0) return <Nothing history={history} />;
  const List = narrow ? HistoryCards : HistoryTable;
  return (
    <>
      <Dimmed when={busy}>
        <List operations={body.operations} />
      </Dimmed>
      <Flex wrap justify="end" gap="small">
        <Button disabled={!history.toNewer} onClick={history.toNewer}>
          {t('Newer')}
        </Button>
        <Button disabled={!history.toOlder} onClick={history.toOlder}>
          {t('Older')}
        </Button>
      </Flex>
    </>
  );
}

function Nothing({ history }: { readonly history: History }) {
  const t = useT();
  const { kind, state } = history.filter;
  const all = kind === undefined && state === undefined;
  const hint = t('Installations, upgrades, plugin changes, backups and maintenance will be listed here.');
  const words = all ? [t('No operation has been run yet.'), hint].join(' ') : t('No operation fits.');
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words}>
      {!all && <Button onClick={() => history.setFilter({})}>{t('Show all')}</Button>}
    </Empty>
  );
}

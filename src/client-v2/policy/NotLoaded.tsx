import { Button, Card, Result, Skeleton } from 'antd';
import React from 'react';
import { useT } from '../locale';
import type { RequestProblem } from '../status/api';

export interface NotLoadedProps {
  readonly problem: RequestProblem | undefined;
  readonly onRetry: () => void;
}

/** Until the first answer: the outline of what comes, or why nothing came. */
export function NotLoaded({ problem, onRetry }: NotLoadedProps) {
  const t = useT();
  if (!problem) {
    return (
      <Card aria-busy>
        <Skeleton active title={false} paragraph={{ rows: 6, width: '100%' }} />
      </Card>
    );
  }
  const titles = {
    denied: t('You are not allowed to do this.'),
    missing: t('The node that answered cannot do this. It may run another version of the plugin.'),
    refused: t('The server refused. Nothing was done.'),
    unreachable: t('The node cannot be reached.'),
  };
  return (
    <Card>
      <Result
        status={problem.kind === 'denied' ? '403' : 'warning'}
        title={titles[problem.kind]}
        subTitle={problem.message}
        extra={<Button onClick={onRetry}>{t('Try again')}</Button>}
      />
    </Card>
  );
}

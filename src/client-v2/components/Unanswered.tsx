import { Button, Card, Result } from 'antd';
import React from 'react';
import { useT } from '../locale';
import type { RequestProblem } from '../status/api';

export interface UnansweredProps {
  readonly problem: RequestProblem;
  readonly onRetry: () => void;
}

/** What stands where an answer should be: why there is none, and what can be done about it. */
export function Unanswered({ problem, onRetry }: UnansweredProps) {
  const t = useT();
  const kind = problem.kind === 'refused' ? 'unreachable' : problem.kind;
  const titles = {
    denied: t('You are not allowed to see this.'),
    missing: t('The node that answered cannot do this. It may run another version of the plugin.'),
    unreachable: problem.kind === 'refused' ? t('The server refused.') : t('There was no answer.'),
  };
  const hints = {
    denied: t('Ask an administrator for the permission to configure this plugin.'),
    missing: '',
    unreachable: '',
  };
  return (
    <Card>
      <Result
        status={kind === 'denied' ? '403' : 'warning'}
        title={titles[kind]}
        subTitle={[problem.message, hints[kind]].filter(Boolean).join(' ')}
        extra={<Button onClick={onRetry}>{t('Try again')}</Button>}
      />
    </Card>
  );
}

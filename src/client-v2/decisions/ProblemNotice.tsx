import { Alert } from 'antd';
import React from 'react';
import { useT } from '../locale';
import type { RequestProblem } from '../status/api';

/** Why the server did not do what was decided, in its own sentence where it has one. */
export function ProblemNotice({ problem }: { readonly problem: RequestProblem }) {
  const t = useT();
  const titles = {
    refused: t('The server refused. Nothing was done.'),
    denied: t('You are not allowed to do this.'),
    missing: t('The node that answered cannot do this. It may run another version of the plugin.'),
    unreachable: t('It is not known whether this was done.'),
  };
  const unexplained = problem.kind === 'unreachable' ? t('There was no answer.') : undefined;
  return <Alert type="error" showIcon message={titles[problem.kind]} description={problem.message || unexplained} />;
}

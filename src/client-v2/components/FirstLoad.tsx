import { Card, Flex, Result, Skeleton } from 'antd';
import React from 'react';
import { useT } from '../locale';
import type { RequestProblem } from '../status/api';
import type { StatusState } from '../status/statusReducer';
import { ConnectionLine } from './ConnectionLine';

/** Polls that fail before the page stops looking as if it were just loading. */
const PATIENCE = 3;

const AS_HIGH_AS_IDLE = { body: { paddingBlock: 12 } };

/** Until the first answer: the outline of the page, or why there is none. It asks on in either case. */
export function FirstLoad({ state }: { readonly state: StatusState }) {
  const { problem, failures } = state;
  if (problem && (problem.kind !== 'unreachable' || failures >= PATIENCE)) return <NoAnswer problem={problem} />;
  return (
    <Flex vertical gap="middle" aria-busy>
      <Card styles={AS_HIGH_AS_IDLE}>
        <Skeleton active title={false} paragraph={{ rows: 2, width: ['30%', '60%'] }} />
      </Card>
      <Card title={<ConnectionLine state={state} nodes={[]} />}>
        <Skeleton active title={false} paragraph={{ rows: 5, width: '100%' }} />
      </Card>
    </Flex>
  );
}

function NoAnswer({ problem }: { readonly problem: RequestProblem }) {
  const t = useT();
  const kind = problem.kind === 'refused' ? 'unreachable' : problem.kind;
  const titles = {
    denied: t('You are not allowed to see the cluster.'),
    missing: t('This node does not run cluster maintenance.'),
    unreachable: t('The node cannot be reached.'),
  };
  const hints = {
    denied: t('Ask an administrator for the permission to configure this plugin.'),
    missing: `${t('Restart this node if the plugin was enabled after its start: it takes its place when a process starts.')} ${t(
      'Another version of the plugin may be loaded, or CLUSTER_MAINTENANCE is set to off.',
    )}`,
    unreachable: t('The page keeps trying and shows the cluster as soon as there is an answer.'),
  };
  return (
    <Card>
      <Result
        status={kind === 'denied' ? '403' : 'warning'}
        title={titles[kind]}
        subTitle={
          <>
            {problem.message !== '' && <div>{problem.message}</div>}
            <div>{hints[kind]}</div>
          </>
        }
      />
    </Card>
  );
}

import { ArrowLeftOutlined } from '@ant-design/icons';
import { Card, Empty, Flex, Skeleton, Typography } from 'antd';
import React, { useMemo } from 'react';
import type { OperationBody } from '../../shared/api';
import { JournalLines } from '../components/JournalLines';
import { LastTryFailed } from '../components/LastTryFailed';
import { OperationTitle } from '../components/OperationTitle';
import { Unanswered } from '../components/Unanswered';
import { useTight } from '../components/useTight';
import { LIST, linkTo } from '../history/links';
import { OperationState } from '../history/OperationState';
import { useT } from '../locale';
import { Phases } from './Phases';
import { RecorderFacts } from './RecorderFacts';
import { TakeAway } from './TakeAway';
import { timelineOf } from './timeline';
import { TimelineWithSteps } from './TimelineWithSteps';
import { useOperation } from './useOperation';

/** How one operation went: on every node, from moment to moment. */
export function FlightRecorder({ operationId }: { readonly operationId: string }) {
  const t = useT();
  const answer = useOperation(operationId);
  return (
    <Flex vertical gap="middle">
      <div>
        <Typography.Link {...linkTo(LIST)}>
          <ArrowLeftOutlined aria-hidden /> {t('All operations')}
        </Typography.Link>
      </div>
      <LastTryFailed answer={answer} />
      {answer.body ? (
        <Story body={answer.body} />
      ) : answer.problem ? (
        <Unanswered problem={answer.problem} onRetry={answer.reload} />
      ) : (
        <Card>
          <Skeleton active paragraph={{ rows: 10, width: '100%' }} />
        </Card>
      )}
    </Flex>
  );
}

function Story({ body }: { readonly body: OperationBody }) {
  const t = useT();
  const tight = useTight();
  const size = tight ? 'small' : 'default';
  const { operation, journal } = body;
  const timeline = useMemo(() => timelineOf(operation, journal), [operation, journal]);
  return (
    <>
      <Card size={size} title={<Header body={body} />} styles={{ title: { whiteSpace: 'normal' } }}>
        <RecorderFacts operation={operation} />
      </Card>
      <Card size={size} title={t('What happened')} styles={{ title: { whiteSpace: 'normal' } }}>
        {journal.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('No lines are known.')} />}
        {journal.length > 0 && (
          <Flex vertical gap="large">
            <Phases timeline={timeline} withNodes={!tight} />
            {tight ? <JournalLines lines={journal} /> : <TimelineWithSteps timeline={timeline} journal={journal} />}
          </Flex>
        )}
      </Card>
    </>
  );
}

function Header({ body }: { readonly body: OperationBody }) {
  return (
    <Flex wrap justify="space-between" align="center" gap="small" style={{ paddingBlock: 8 }}>
      <Flex wrap align="center" gap="small">
        <OperationTitle operation={body.operation} />
        <OperationState operation={body.operation} />
      </Flex>
      <TakeAway body={body} />
    </Flex>
  );
}

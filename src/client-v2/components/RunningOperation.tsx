import { Card, Flex, Space, Tag } from 'antd';
import React from 'react';
import type { StatusBody } from '../../shared/api';
import type { OperationRecord } from '../../shared/domain';
import { useT } from '../locale';
import { isCancellable, untoldCanceller } from '../model/cancel';
import { isManual } from '../model/manual';
import { standstillOf, waysOutOf } from '../model/waysOut';
import type { AnswerTime } from '../status/useAge';
import { CancelButton } from './CancelButton';
import { Elapsed } from './Elapsed';
import { ManualNotice } from './ManualNotice';
import { Notice } from './Notice';
import { OperationFacts } from './OperationFacts';
import { OperationJournal } from './OperationJournal';
import { OperationSteps } from './OperationSteps';
import { OperationTitle } from './OperationTitle';
import { PhaseTag } from './PhaseTag';
import { StandstillNotice } from './StandstillNotice';
import { useTight } from './useTight';
import { WaysOut } from './WaysOut';

export interface RunningOperationProps {
  readonly body: StatusBody;
  readonly operation: OperationRecord;
  readonly answer: AnswerTime;
}

export function RunningOperation({ body, operation, answer }: RunningOperationProps) {
  const tight = useTight();
  return (
    <Card
      size={tight ? 'small' : 'default'}
      title={<Header operation={operation} answer={answer} />}
      styles={{ title: { whiteSpace: 'normal' } }}
    >
      <Flex vertical gap="large">
        <StoppedOperation body={body} operation={operation} answer={answer} />
        {operation.phase === 'aborting' ? <AbortingNotice operation={operation} /> : <CancelNotice {...operation} />}
        {isManual(operation) ? (
          <ManualNotice body={body} operation={operation} answer={answer} />
        ) : (
          <OperationSteps operation={operation} />
        )}
        <OperationFacts operation={operation} />
      </Flex>
    </Card>
  );
}

function Header({ operation, answer }: Omit<RunningOperationProps, 'body'>) {
  const t = useT();
  return (
    <Flex wrap justify="space-between" align="center" gap="small" style={{ paddingBlock: 8 }}>
      <OperationTitle operation={operation} />
      <Space size={['middle', 'small']} wrap style={{ fontWeight: 'normal' }}>
        {operation.scope === 'writes' && <Tag style={{ marginInlineEnd: 0 }}>{t('Reads are still served')}</Tag>}
        <PhaseTag phase={operation.phase} />
        <Elapsed since={operation.startedAt} answer={answer} />
        {isCancellable(operation) && <CancelButton operation={operation} />}
      </Space>
    </Flex>
  );
}

/** After the first change nothing is given up silently: what happened, who saw it, and what can be done. */
function StoppedOperation({ body, operation, answer }: RunningOperationProps) {
  const t = useT();
  const standstill = standstillOf(body);
  if (!standstill) return null;
  return (
    <>
      <StandstillNotice standstill={standstill} operation={operation} nodes={body.nodes} answer={answer} />
      <OperationJournal operation={operation} />
      <WaysOut operation={operation} ways={waysOutOf(body, t)} />
    </>
  );
}

function CancelNotice({ cancelledBy }: OperationRecord) {
  const t = useT();
  if (cancelledBy === undefined) return null;
  return <Notice type="info" message={t('{{name}} asked to cancel; the leader stops.', { name: cancelledBy })} />;
}

function AbortingNotice({ operation }: { readonly operation: OperationRecord }) {
  const t = useT();
  const name = untoldCanceller(operation);
  const who = name === undefined ? undefined : t('Cancelled by {{name}}', { name });
  return (
    <Notice
      type="warning"
      message={t('Nothing has been changed. The nodes go back to serving.')}
      description={[who, operation.reason].filter(Boolean).join(' · ')}
    />
  );
}

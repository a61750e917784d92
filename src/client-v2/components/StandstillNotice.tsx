import { Space, Typography } from 'antd';
import React from 'react';
import type { NodeRef, OperationRecord } from '../../shared/domain';
import { useLanguage, useT } from '../locale';
import { formatAgo, formatMoment } from '../model/time';
import type { Standstill } from '../model/waysOut';
import { useAge, type AnswerTime } from '../status/useAge';
import { Notice } from './Notice';

export interface StandstillNoticeProps {
  readonly standstill: Standstill;
  readonly operation: OperationRecord;
  readonly nodes: readonly NodeRef[];
  readonly answer: AnswerTime;
}

/** What happened to an operation that stands still after its first change. */
export function StandstillNotice({ standstill, operation, nodes, answer }: StandstillNoticeProps) {
  const t = useT();
  const held = standstill === 'held';
  const { name } = operation.leader;
  return (
    <Notice
      type={held ? 'error' : 'warning'}
      message={
        held ? t('The operation is held and waits for your decision.') : t('{{name}} does not answer.', { name })
      }
      description={
        <>
          <Typography.Text strong>{t('What happened')}</Typography.Text>
          {operation.reason && <div>{operation.reason}</div>}
          <div>
            {held
              ? t('It stopped after it had begun to change things, so nothing goes on by itself.')
              : t('It has begun to change things and may still be at work, so nobody takes over by itself.')}
          </div>
          <Retry operation={operation} nodes={nodes} />
          <Facts operation={operation} held={held} answer={answer} />
        </>
      }
    />
  );
}

/** Somebody has decided already, and the node that was asked has not begun yet. */
function Retry({ operation, nodes }: Pick<StandstillNoticeProps, 'operation' | 'nodes'>) {
  const t = useT();
  const { retryOn } = operation;
  if (retryOn === undefined) return null;
  const name = nodes.find(({ bootId }) => bootId === retryOn)?.name ?? retryOn;
  return <div>{t('{{name}} was asked to do it again.', { name })}</div>;
}

interface FactsProps {
  readonly operation: OperationRecord;
  readonly held: boolean;
  readonly answer: AnswerTime;
}

/** Who led, since when, and whether it was tried before. */
function Facts({ operation, held, answer }: FactsProps) {
  const t = useT();
  const language = useLanguage();
  const moment = held ? operation.phaseSince : operation.startedAt;
  const ago = formatAgo(useAge(moment, answer), language);
  return (
    <Typography.Text type="secondary">
      <Space size={[12, 0]} wrap>
        <span>{t('Led by {{name}}', { name: operation.leader.name })}</span>
        <time dateTime={new Date(moment).toISOString()} title={formatMoment(moment, language)}>
          {held ? t('Stopped {{ago}}', { ago }) : t('Started {{ago}}', { ago })}
        </time>
        {operation.attempt > 1 && <span>{t('Attempt {{number}}', { number: operation.attempt })}</span>}
      </Space>
    </Typography.Text>
  );
}

import { Button, Flex, Typography } from 'antd';
import React from 'react';
import type { StatusBody } from '../../shared/api';
import type { OperationRecord } from '../../shared/domain';
import { useDecide } from '../decisions/DecisionProvider';
import { ending, lettingIn } from '../decisions/manual';
import { useT } from '../locale';
import { formatClock } from '../model/time';
import { useAge, type AnswerTime } from '../status/useAge';
import { Notice } from './Notice';

export interface ManualNoticeProps {
  readonly body: StatusBody;
  readonly operation: OperationRecord;
  readonly answer: AnswerTime;
}

/** A manual maintenance that stands: who is at it, for how long at most, and how it ends. */
export function ManualNotice({ body, operation, answer }: ManualNoticeProps) {
  const t = useT();
  const decide = useDecide();
  const { requestedBy, scope, maintenance } = operation;
  const open = maintenance?.openNode;
  return (
    <Notice
      type="warning"
      message={
        scope === 'writes'
          ? t('{{name}} has stopped all writes.', { name: requestedBy })
          : t('{{name}} is in maintenance.', { name: requestedBy })
      }
      description={
        <Flex vertical gap="small">
          {open !== undefined && <span>{t('{{name}} goes on as ever.', { name: open })}</span>}
          <TimeLeft body={body} answer={answer} />
          {maintenance && (
            <Typography.Text type="secondary">
              {t('Users read: {{text}}', { text: maintenance.message })}
            </Typography.Text>
          )}
          <Flex wrap gap="small">
            <Button type="primary" onClick={() => decide(ending(operation, body.viewer, t))}>
              {`${t('End maintenance')}…`}
            </Button>
            <Button onClick={() => decide(lettingIn(operation, t))}>{`${t('Open this app for me')}…`}</Button>
          </Flex>
        </Flex>
      }
    />
  );
}

/** Counted from the answer: clocks of machines disagree. */
function TimeLeft({ body, answer }: Pick<ManualNoticeProps, 'body' | 'answer'>) {
  const t = useT();
  const { endsInMs } = body;
  const age = useAge(body.now, answer);
  if (endsInMs === undefined) return null;
  return <span>{t('Ends by itself in {{time}}.', { time: formatClock(endsInMs - age) })}</span>;
}

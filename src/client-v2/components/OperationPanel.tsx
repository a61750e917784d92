import { CheckCircleFilled, QuestionCircleFilled } from '@ant-design/icons';
import { Card, Flex, Space, theme } from 'antd';
import React from 'react';
import type { StatusBody } from '../../shared/api';
import { useT } from '../locale';
import type { AnswerTime } from '../status/useAge';
import { LastOperation } from './LastOperation';
import { RunningOperation } from './RunningOperation';

export interface OperationPanelProps {
  readonly body: StatusBody;
  readonly answer: AnswerTime;
  readonly onResolved: () => void;
}

/** The running operation, or that there is none and how the last one ended. */
export function OperationPanel({ body, answer, onResolved }: OperationPanelProps) {
  const { operation, lastOperation } = body;
  if (operation) {
    return <RunningOperation key={operation.id} operation={operation} answer={answer} onResolved={onResolved} />;
  }
  return (
    <Card>
      <Flex vertical gap="small">
        <NoOperation known={body.online} />
        {lastOperation && <LastOperation key={lastOperation.id} operation={lastOperation} answer={answer} />}
      </Flex>
    </Card>
  );
}

/** Offline, the node cannot see the record: that it knows of no operation does not mean that there is none. */
function NoOperation({ known }: { readonly known: boolean }) {
  const t = useT();
  const { token } = theme.useToken();
  if (!known) {
    return (
      <Space size="small">
        <QuestionCircleFilled aria-hidden style={{ color: token.colorTextTertiary }} />
        {t('While the coordination is offline, this node cannot see whether an operation is running.')}
      </Space>
    );
  }
  return (
    <Space size="small">
      <CheckCircleFilled aria-hidden style={{ color: token.colorSuccess }} />
      {t('No operation is running.')}
    </Space>
  );
}

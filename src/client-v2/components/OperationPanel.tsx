import { CheckCircleFilled, QuestionCircleFilled } from '@ant-design/icons';
import { Card, Flex, theme } from 'antd';
import React, { type ReactNode } from 'react';
import type { StatusBody } from '../../shared/api';
import { useT } from '../locale';
import type { AnswerTime } from '../status/useAge';
import { Dimmed } from './Dimmed';
import { LastOperation } from './LastOperation';
import { RunningOperation } from './RunningOperation';

export interface OperationPanelProps {
  readonly body: StatusBody;
  readonly answer: AnswerTime;
  /** `body` is from before the page lost its node. */
  readonly stale: boolean;
  readonly onResolved: () => void;
}

/** The running operation, or that there is none and how the last one ended. */
export function OperationPanel({ body, answer, stale, onResolved }: OperationPanelProps) {
  const { operation, lastOperation } = body;
  if (operation) {
    return (
      <Dimmed when={stale}>
        <RunningOperation key={operation.id} operation={operation} answer={answer} onResolved={onResolved} />
      </Dimmed>
    );
  }
  return (
    <Card>
      <Flex vertical gap="small">
        <NoOperation online={body.online} stale={stale} />
        {lastOperation && <LastOperation key={lastOperation.id} operation={lastOperation} answer={answer} />}
      </Flex>
    </Card>
  );
}

/** That nothing is known of an operation does not mean that there is none: a silent node may be the one that works. */
function NoOperation({ online, stale }: { readonly online: boolean; readonly stale: boolean }) {
  const t = useT();
  if (stale)
    return <Unknown text={t('While its node is silent, this page cannot see whether an operation is running.')} />;
  if (!online) {
    return (
      <Unknown text={t('While the coordination is offline, this node cannot see whether an operation is running.')} />
    );
  }
  return <Nothing text={t('No operation is running.')} />;
}

function Unknown({ text }: { readonly text: string }) {
  const { token } = theme.useToken();
  return <Line icon={<QuestionCircleFilled aria-hidden style={{ color: token.colorTextTertiary }} />} text={text} />;
}

function Nothing({ text }: { readonly text: string }) {
  const { token } = theme.useToken();
  return <Line icon={<CheckCircleFilled aria-hidden style={{ color: token.colorSuccess }} />} text={text} />;
}

function Line({ icon, text }: { readonly icon: ReactNode; readonly text: string }) {
  return (
    <Flex gap="small" align="baseline">
      {icon}
      <span>{text}</span>
    </Flex>
  );
}

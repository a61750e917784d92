import { CheckCircleFilled, QuestionCircleFilled } from '@ant-design/icons';
import { Card, Flex, theme } from 'antd';
import React from 'react';
import type { StatusBody } from '../../shared/api';
import { useT } from '../locale';
import type { AnswerTime } from '../status/useAge';
import { Dimmed } from './Dimmed';
import { EnterButton } from './EnterButton';
import { LastOperation } from './LastOperation';
import { RunningOperation } from './RunningOperation';
import { useTight } from './useTight';

export interface OperationPanelProps {
  readonly body: StatusBody;
  readonly answer: AnswerTime;
  /** `body` is from before the page lost its node. */
  readonly stale: boolean;
}

/** The running operation, or that there is none and how the last one ended. */
export function OperationPanel({ body, answer, stale }: OperationPanelProps) {
  const { operation, lastOperation } = body;
  const tight = useTight();
  if (operation) {
    return (
      <Dimmed when={stale}>
        <RunningOperation key={operation.id} body={body} operation={operation} answer={answer} />
      </Dimmed>
    );
  }
  return (
    <Card size={tight ? 'small' : 'default'}>
      <Flex vertical gap="small">
        <Flex wrap justify="space-between" align="center" gap="small">
          <NoOperation online={body.online} stale={stale} />
          {body.online && !stale && <EnterButton nodes={body.nodes} />}
        </Flex>
        {lastOperation && <LastOperation key={lastOperation.id} operation={lastOperation} answer={answer} />}
      </Flex>
    </Card>
  );
}

/** That nothing is known of an operation does not mean that there is none: a silent node may be the one that works. */
function NoOperation({ online, stale }: { readonly online: boolean; readonly stale: boolean }) {
  const t = useT();
  const silent = t('While its node is silent, this page cannot see whether an operation is running.');
  const offline = t('While the coordination is offline, this node cannot see whether an operation is running.');
  const unknown = stale ? silent : online ? undefined : offline;
  return (
    <div>
      <KnowledgeIcon known={unknown === undefined} />
      <span>{unknown ?? t('No operation is running.')}</span>
    </div>
  );
}

function KnowledgeIcon({ known }: { readonly known: boolean }) {
  const { token } = theme.useToken();
  const color = known ? token.colorSuccess : token.colorTextTertiary;
  const Icon = known ? CheckCircleFilled : QuestionCircleFilled;
  return <Icon aria-hidden style={{ color, marginInlineEnd: token.marginXS }} />;
}

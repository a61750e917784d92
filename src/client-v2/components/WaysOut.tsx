import { StopOutlined } from '@ant-design/icons';
import { Button, Flex, Typography, theme } from 'antd';
import React, { useId } from 'react';
import type { OperationRecord, WayOut } from '../../shared/domain';
import { useDecide } from '../decisions/DecisionProvider';
import { lettingIn } from '../decisions/manual';
import { takingWayOut } from '../decisions/offers';
import { useT } from '../locale';
import { RESOLUTION_LABELS, labelOf } from '../model/labels';

export interface WaysOutProps {
  readonly operation: OperationRecord;
  readonly ways: readonly WayOut[];
}

const LIST = { listStyle: 'none', margin: 0, padding: 0 } as const;
/** Room for a sentence; the button goes below it where there is none beside it. */
const WORDS = { flex: '1 1 240px', minWidth: 0 } as const;

/** What can be done about an operation that stands still. Closed ways stay on the list: their reason is news, too. */
export function WaysOut({ operation, ways }: WaysOutProps) {
  const t = useT();
  const title = useId();
  if (ways.length === 0) return null;
  return (
    <section aria-labelledby={title}>
      <Typography.Text strong id={title}>
        {t('Ways out')}
      </Typography.Text>
      <ul style={LIST}>
        {ways.map((way, index) => (
          <Choice key={way.resolution} operation={operation} way={way} lined={index > 0} />
        ))}
      </ul>
      {isLookedAt(operation) && <LookInside operation={operation} />}
    </section>
  );
}

/** An upgrade whose work is complete: admins may look before the nodes open. */
function isLookedAt({ kind, phase, target }: OperationRecord): boolean {
  return kind === 'upgrade' && phase === 'held' && target !== '';
}

function LookInside({ operation }: Pick<WaysOutProps, 'operation'>) {
  const t = useT();
  const decide = useDecide();
  return <Button onClick={() => decide(lettingIn(operation, t))}>{`${t('Open this app for me')}…`}</Button>;
}

interface ChoiceProps {
  readonly operation: OperationRecord;
  readonly way: WayOut;
  readonly lined: boolean;
}

function Choice({ operation, way, lined }: ChoiceProps) {
  const t = useT();
  const words = useId();
  const decide = useDecide();
  const { token } = theme.useToken();
  const label = t(labelOf(RESOLUTION_LABELS, way.resolution));
  const line = lined ? `${token.lineWidth}px ${token.lineType} ${token.colorSplit}` : 'none';
  return (
    <li style={{ paddingBlock: token.paddingSM, borderBlockStart: line }}>
      <Flex wrap justify="space-between" align="start" gap="small">
        <Flex vertical gap={4} id={words} style={WORDS}>
          <Typography.Text strong>{label}</Typography.Text>
          <Typography.Text>{way.consequence}</Typography.Text>
          {way.refusal && <Refusal text={way.refusal} />}
        </Flex>
        <Button
          aria-describedby={words}
          disabled={way.refusal !== undefined}
          onClick={() => decide(takingWayOut(operation, way, t))}
        >
          {`${label}…`}
        </Button>
      </Flex>
    </li>
  );
}

function Refusal({ text }: { readonly text: string }) {
  const { token } = theme.useToken();
  return (
    <Flex align="baseline" gap={token.marginXS}>
      <StopOutlined aria-hidden style={{ color: token.colorTextTertiary }} />
      <Typography.Text type="secondary">{text}</Typography.Text>
    </Flex>
  );
}

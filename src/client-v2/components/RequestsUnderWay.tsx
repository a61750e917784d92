import { Flex, Typography } from 'antd';
import React from 'react';
import type { NodeView } from '../../shared/api';
import type { RequestUnderWay } from '../../shared/domain';
import { useT } from '../locale';
import { labelOf, SORT_LABELS } from '../model/labels';
import { formatClock } from '../model/time';

/** What is answered sooner is nothing that anybody waits for. */
const WORTH_TELLING_MS = 1_000;
const PLAIN_LIST = { listStyle: 'none', margin: 0, padding: 0 } as const;
const DIGITS = { fontVariantNumeric: 'tabular-nums' } as const;

/** Whether a node drains and has something that it still answers. */
export function hasSlowRequests({ phase, underWay = [], silentMs }: NodeView): boolean {
  return phase === 'draining' && underWay.some(({ ageMs }) => ageMs + silentMs >= WORTH_TELLING_MS);
}

/** The oldest requests that keep a node from being drained, each with its age, and how many more there are. */
export function RequestsUnderWay({ node }: { readonly node: NodeView }) {
  const t = useT();
  const { underWay = [], inFlight, silentMs } = node;
  const more = inFlight - underWay.length;
  return (
    <Flex vertical gap={4}>
      <Typography.Text type="secondary">{t('Still answers')}</Typography.Text>
      <ul style={PLAIN_LIST}>
        {underWay.map((request, index) => (
          <li key={index}>
            <Request request={request} age={request.ageMs + silentMs} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <Typography.Text type="secondary">{t('and {{count}} more requests', { count: more })}</Typography.Text>
      )}
    </Flex>
  );
}

function Request({ request: { what, sort }, age }: { readonly request: RequestUnderWay; readonly age: number }) {
  const t = useT();
  return (
    <Flex wrap style={{ columnGap: 8 }}>
      <Typography.Text style={DIGITS}>{formatClock(age)}</Typography.Text>
      <Typography.Text code style={{ wordBreak: 'break-word' }}>
        {what}
      </Typography.Text>
      {sort !== 'request' && <span>{t(labelOf(SORT_LABELS, sort))}</span>}
    </Flex>
  );
}

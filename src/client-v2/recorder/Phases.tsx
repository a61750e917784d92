import { Flex, theme } from 'antd';
import React from 'react';
import { useT } from '../locale';
import { paintOf } from './colors';
import type { Timeline } from './timeline';
import { clusterPhase, formatLength, nodePhase } from './words';

export interface PhasesProps {
  readonly timeline: Timeline;
  /** Also what the colours of the nodes mean. */
  readonly withNodes: boolean;
}

/** How long each phase of the operation was, in words; and what the colours mean. */
export function Phases({ timeline, withNodes }: PhasesProps) {
  const t = useT();
  const { phases, lanes } = timeline;
  const operation = phases.map(({ phase, from, to }) => ({
    phase,
    words: `${clusterPhase(phase, t)} ${formatLength(to - from)}`,
  }));
  const seen = [...new Set(lanes.flatMap(({ bars }) => bars.map(({ phase }) => phase)))];
  const nodes = seen.map((phase) => ({ phase, words: nodePhase(phase, t) }));
  return (
    <Flex vertical gap="small">
      {operation.length > 0 && <Swatches title={t('Operation')} items={operation} />}
      {withNodes && nodes.length > 0 && <Swatches title={t('Nodes')} items={nodes} />}
    </Flex>
  );
}

interface SwatchesProps {
  readonly title: string;
  readonly items: readonly { readonly phase: string; readonly words: string }[];
}

function Swatches({ title, items }: SwatchesProps) {
  const { token } = theme.useToken();
  return (
    <Flex wrap gap={token.marginSM} align="center">
      <span style={{ color: token.colorTextSecondary }}>{title}</span>
      <ul
        aria-label={title}
        style={{ display: 'flex', flexWrap: 'wrap', gap: token.marginSM, listStyle: 'none', margin: 0, padding: 0 }}
      >
        {items.map(({ phase, words }, index) => (
          <li key={`${index} ${phase}`} style={{ display: 'flex', alignItems: 'center', gap: token.marginXXS }}>
            <Swatch phase={phase} />
            {words}
          </li>
        ))}
      </ul>
    </Flex>
  );
}

function Swatch({ phase }: { readonly phase: string }) {
  const { token } = theme.useToken();
  const { background, border } = paintOf(phase, token);
  const style = { width: 12, height: 12, borderRadius: 2, background, border: `1px solid ${border}` };
  return <span aria-hidden style={style} />;
}

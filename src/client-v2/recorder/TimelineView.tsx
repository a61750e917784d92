import { theme, Typography } from 'antd';
import React, { useRef, type KeyboardEvent } from 'react';
import { useT } from '../locale';
import { Axis, Silences } from './Axis';
import { Bars } from './Bars';
import { Marks } from './Marks';
import { moved, type Place } from './moving';
import type { Lane, Timeline } from './timeline';
import { Row } from './Row';
import { clusterPhase, formatLength, nodePhase } from './words';

export interface TimelineViewProps {
  readonly timeline: Timeline;
  readonly place: Place | undefined;
  readonly onSelect: (place: Place) => void;
}

/**
 * A lane for each node, the operation's own phases above them. The keyboard enters it once and then moves from mark to
 * mark; what it is at is selected.
 */
export function TimelineView({ timeline, place, onSelect }: TimelineViewProps) {
  const t = useT();
  const { token } = theme.useToken();
  const frame = useRef<HTMLDivElement>(null);
  const { scale, phases, lanes } = timeline;
  // Where the keyboard enters.
  const entrance = place ?? { lane: lanes.findIndex(({ marks }) => marks.length > 0), mark: 0 };
  const move = (event: KeyboardEvent) => {
    const next = moved(lanes, entrance, event.key);
    if (!next) return;
    event.preventDefault();
    onSelect(next);
    frame.current?.querySelector<HTMLElement>(`[data-mark="${next.lane} ${next.mark}"]`)?.focus();
  };
  return (
    <div
      ref={frame}
      role="group"
      aria-label={t('Timeline')}
      onKeyDown={move}
      style={{ position: 'relative', marginBlockStart: scale.silences.length > 0 ? token.margin : 0 }}
    >
      <Silences scale={scale} />
      <Row label={null}>
        <Axis scale={scale} />
      </Row>
      <Row label={t('Operation')}>
        <Bars bars={phases} scale={scale} nameOf={(phase) => clusterPhase(phase, t)} />
      </Row>
      {lanes.map((lane, index) => (
        <Row key={lane.bootId} label={<LaneLabel lane={lane} />}>
          <Bars bars={lane.bars} scale={scale} nameOf={(phase) => nodePhase(phase, t)} />
          <Marks lane={lane} index={index} place={place} entrance={entrance} onSelect={onSelect} />
        </Row>
      ))}
    </div>
  );
}

function LaneLabel({ lane }: { readonly lane: Lane }) {
  const t = useT();
  const { token } = theme.useToken();
  const { shift, missing } = lane;
  const by = { time: formatLength(Math.abs(shift)) };
  const remarks = [
    lane.isLeader ? t('Leader') : '',
    shift > 0 ? t('Its clock is {{time}} ahead', by) : shift < 0 ? t('Its clock is {{time}} behind', by) : '',
    missing > 0 ? t('{{count}} lines are missing', { count: missing }) : '',
  ].filter((remark) => remark !== '');
  return (
    <>
      <div style={{ overflowWrap: 'anywhere' }}>{lane.name}</div>
      {remarks.map((remark) => (
        <Typography.Text key={remark} type="secondary" style={{ fontSize: token.fontSizeSM, display: 'block' }}>
          {remark}
        </Typography.Text>
      ))}
    </>
  );
}

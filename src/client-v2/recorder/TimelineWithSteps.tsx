import { Flex, Typography } from 'antd';
import React, { useState } from 'react';
import type { JournalEntry } from '../../shared/domain';
import { useT } from '../locale';
import type { Place } from './moving';
import { StepsTable } from './StepsTable';
import type { Timeline } from './timeline';
import { TimelineView } from './TimelineView';

export interface TimelineWithStepsProps {
  readonly timeline: Timeline;
  readonly journal: readonly JournalEntry[];
}

/** The drawing, what is selected in it, and every line as a table: what the drawing shows can be read there as well. */
export function TimelineWithSteps({ timeline, journal }: TimelineWithStepsProps) {
  const t = useT();
  const [place, select] = useState<Place>();
  const mark = place && timeline.lanes[place.lane]?.marks[place.mark];
  const selected = mark?.moments.map(({ entry }) => entry) ?? [];
  return (
    <Flex vertical gap="large">
      <TimelineView timeline={timeline} place={place} onSelect={select} />
      {selected.length > 0 ? (
        <StepsTable steps={selected} label={t('Selected steps')} />
      ) : (
        <Typography.Text type="secondary">{t('Choose a mark to read what happened there.')}</Typography.Text>
      )}
      <section>
        <Typography.Title level={5}>{t('All steps')}</Typography.Title>
        <StepsTable steps={journal} label={t('All steps')} />
      </section>
    </Flex>
  );
}

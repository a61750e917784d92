import { Alert, Card, Flex, Select, Typography } from 'antd';
import React, { useMemo, useState } from 'react';
import type { Calendar } from '../../../shared/policy';
import { useLanguage, useT } from '../../locale';
import { sayFreeze, sayNextWindow, sayPeriod, sayWeekly } from './calendarWords';
import { fieldsOf, withEntry, withoutEntry, type EntryKind, type EntryPlace } from './entries';
import { EntryList } from './EntryList';
import { EntryModal } from './EntryModal';
import { allZones } from './nextWindow';

export interface CalendarPanelProps {
  readonly calendar: Calendar;
  readonly editable: boolean;
  readonly onChange: (calendar: Calendar) => void;
}

/** When things may be done: windows every week, single ones, and times when nothing is. */
export function CalendarPanel({ calendar, editable, onChange }: CalendarPanelProps) {
  const t = useT();
  const language = useLanguage();
  const [place, setPlace] = useState<EntryPlace>();
  const lists = {
    weekly: {
      title: t('Every week'),
      add: t('Add weekly window'),
      empty: t('None'),
      entries: weeklyOf(calendar, t, language),
    },
    once: {
      title: t('Once'),
      add: t('Add one-time window'),
      empty: t('None'),
      entries: calendar.once.map((period) => sayPeriod(period, language)),
    },
    freeze: {
      title: t('Freezes'),
      add: t('Add freeze'),
      empty: t('None'),
      entries: calendar.freezes.map((freeze) => sayFreeze(freeze, language)),
    },
  };
  return (
    <Card title={t('Windows and freezes')} styles={{ title: { whiteSpace: 'normal' } }}>
      <Flex vertical gap="middle">
        <Alert type="info" message={sayNextWindow(calendar, Date.now(), t, language)} />
        <ZoneField calendar={calendar} editable={editable} onChange={onChange} />
        {(Object.keys(lists) as EntryKind[]).map((kind) => (
          <EntryList
            key={kind}
            {...lists[kind]}
            editable={editable}
            onAdd={() => setPlace({ kind, index: undefined })}
            onEdit={(index) => setPlace({ kind, index })}
            onRemove={(index) => onChange(withoutEntry(calendar, kind, index))}
          />
        ))}
      </Flex>
      <EntryModal
        kind={place?.kind}
        values={place ? fieldsOf(calendar, place) : {}}
        onClose={() => setPlace(undefined)}
        onKeep={(fields) => {
          if (place) onChange(withEntry(calendar, place, fields));
          setPlace(undefined);
        }}
      />
    </Card>
  );
}

function weeklyOf({ weekly }: Calendar, t: ReturnType<typeof useT>, language: string): readonly string[] {
  return weekly.map((window) => sayWeekly(window, t, language));
}

function ZoneField({ calendar, editable, onChange }: CalendarPanelProps) {
  const t = useT();
  const options = useMemo(() => allZones().map((value) => ({ value })), []);
  return (
    <Flex wrap align="center" gap="small">
      <Typography.Text type="secondary">{t('Time zone of the weekly windows')}</Typography.Text>
      {editable ? (
        <Select
          showSearch
          aria-label={t('Time zone of the weekly windows')}
          value={calendar.zone}
          options={options}
          style={{ flex: '0 1 260px' }}
          onChange={(zone: string) => onChange({ ...calendar, zone })}
        />
      ) : (
        <span>{calendar.zone}</span>
      )}
    </Flex>
  );
}

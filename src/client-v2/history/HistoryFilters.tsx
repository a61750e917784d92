import { Flex, Select, Typography } from 'antd';
import React from 'react';
import { OPERATION_KINDS, OPERATION_RESULTS } from '../../shared/domain';
import type { HistoryFilter, HistoryState } from '../../shared/history';
import { useT } from '../locale';
import { KIND_LABELS, RESULT_LABELS } from '../model/labels';

export interface HistoryFiltersProps {
  readonly filter: HistoryFilter;
  readonly total: number | undefined;
  readonly onChange: (filter: HistoryFilter) => void;
}

const WIDTH = { width: 180, maxWidth: '100%' } as const;

/** Which operations are shown, and how many of them there are. */
export function HistoryFilters({ filter, total, onChange }: HistoryFiltersProps) {
  const t = useT();
  const { kind, state } = filter;
  const kinds = OPERATION_KINDS.map((value) => ({ value, label: t(KIND_LABELS[value]) }));
  const results = OPERATION_RESULTS.map((value) => ({ value: value as HistoryState, label: t(RESULT_LABELS[value]) }));
  const states = [...results, { value: 'open' as const, label: t('Not ended') }];
  const other = { ...(kind && { kind }), ...(state && { state }) };
  return (
    <Flex wrap gap="small" align="center">
      <Select
        aria-label={t('Operation')}
        placeholder={t('All operations')}
        allowClear
        showSearch
        optionFilterProp="label"
        popupMatchSelectWidth={false}
        style={WIDTH}
        options={kinds}
        value={kind ?? null}
        onChange={(next) => onChange({ ...without(other, 'kind'), ...(next ? { kind: next } : {}) })}
      />
      <Select
        aria-label={t('Result')}
        placeholder={t('All results')}
        allowClear
        style={WIDTH}
        options={states}
        value={state ?? null}
        onChange={(next) => onChange({ ...without(other, 'state'), ...(next ? { state: next } : {}) })}
      />
      {total !== undefined && (
        <Typography.Text type="secondary" role="status">
          {t('{{count}} operations', { count: total })}
        </Typography.Text>
      )}
    </Flex>
  );
}

function without(filter: HistoryFilter, name: keyof HistoryFilter): HistoryFilter {
  const { [name]: _, ...rest } = filter;
  return rest;
}

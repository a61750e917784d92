import { Tag } from 'antd';
import React from 'react';
import type { Demand } from '../../../shared/policy';
import { useT } from '../../locale';
import { labelOf } from '../../model/labels';
import { DEMAND_LABELS } from '../labels';

const COLORS: Readonly<Record<Demand, string>> = {
  nothing: 'green',
  reason: 'blue',
  name: 'geekblue',
  approval: 'purple',
  deny: 'red',
};

export function DemandTag({ demand }: { readonly demand: Demand }) {
  const t = useT();
  return (
    <Tag color={COLORS[demand]} style={{ whiteSpace: 'normal', marginInlineEnd: 0 }}>
      {t(labelOf(DEMAND_LABELS, demand))}
    </Tag>
  );
}

import React from 'react';
import type { Demand } from '../../../shared/policy';
import { useT } from '../../locale';
import { labelOf } from '../../model/labels';
import { DEMAND_LABELS } from '../labels';
import { WrappingTag } from '../WrappingTag';

const COLORS: Readonly<Record<Demand, string>> = {
  nothing: 'green',
  reason: 'blue',
  name: 'geekblue',
  approval: 'purple',
  deny: 'red',
};

export function DemandTag({ demand }: { readonly demand: Demand }) {
  const t = useT();
  return <WrappingTag color={COLORS[demand]}>{t(labelOf(DEMAND_LABELS, demand))}</WrappingTag>;
}

import { Tag } from 'antd';
import React from 'react';
import type { ClusterPhase } from '../../shared/domain';
import { useT } from '../locale';
import { CLUSTER_PHASE_LABELS, labelOf } from '../model/labels';

const COLORS: Partial<Record<ClusterPhase, string>> = { aborting: 'warning', held: 'error' };

export function PhaseTag({ phase }: { readonly phase: ClusterPhase }) {
  const t = useT();
  return (
    <Tag color={COLORS[phase] ?? 'processing'} style={{ marginInlineEnd: 0 }}>
      {t(labelOf(CLUSTER_PHASE_LABELS, phase))}
    </Tag>
  );
}

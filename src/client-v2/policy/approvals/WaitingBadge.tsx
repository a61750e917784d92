import { Badge } from 'antd';
import React, { useCallback } from 'react';
import { useT } from '../../locale';
import { usePolicyApi } from '../api';
import { useLoaded } from '../useLoaded';

const EVERY_MS = 30_000;

/** How many requests this person may decide about; beside the name of the tab. */
export function WaitingBadge() {
  const t = useT();
  const api = usePolicyApi();
  const { body } = useLoaded(
    useCallback((signal: AbortSignal) => api.approvals(signal), [api]),
    EVERY_MS,
  );
  const waiting = body?.waiting ?? 0;
  if (waiting === 0) return null;
  const title = t('{{count}} requests wait for you', { count: waiting });
  return <Badge count={waiting} size="small" title={title} style={{ marginInlineStart: 8 }} />;
}

import { Flex } from 'antd';
import React, { useCallback } from 'react';
import { usePolicyApi } from './api';
import { PolicyEditor } from './editor/PolicyEditor';
import { GlassPanel } from './glass/GlassPanel';
import { NotLoaded } from './NotLoaded';
import { PreflightPanel } from './PreflightPanel';
import { useRight } from './useRight';
import { useLoaded } from './useLoaded';

/** What production allows: the rules, the calendar, today's verdicts, and the way past them in an emergency. */
export function PolicyTab() {
  const api = usePolicyApi();
  const mayEdit = useRight('policy');
  const policy = useLoaded(useCallback((signal: AbortSignal) => api.policy(signal), [api]));
  const { body } = policy;
  if (!body) return <NotLoaded problem={policy.problem} onRetry={policy.reload} />;
  return (
    <Flex vertical gap="middle">
      <GlassPanel>
        {(button) => (
          <PolicyEditor
            key={`${body.revision}-${body.writtenAt}-${policy.loads}`}
            body={body}
            mayEdit={mayEdit}
            onStored={policy.replace}
            onReload={policy.reload}
            extra={button}
          />
        )}
      </GlassPanel>
      <PreflightPanel />
    </Flex>
  );
}

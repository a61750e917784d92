import { Card, Flex, InputNumber, Switch, Typography } from 'antd';
import React, { useId, type ReactNode } from 'react';
import type { Conditions } from '../../../shared/policy';
import { useT } from '../../locale';

export interface ConditionsPanelProps {
  readonly conditions: Conditions;
  readonly editable: boolean;
  readonly onChange: (conditions: Conditions) => void;
}

const MOST_HOURS = 8_760;

/** What has to be so before an action begins that stops all nodes. */
export function ConditionsPanel({ conditions, editable, onChange }: ConditionsPanelProps) {
  const t = useT();
  const { backupWithinHours, noRunningWork, allNodesEqual } = conditions;
  const disabled = !editable;
  return (
    <Card title={t('Conditions')} styles={{ title: { whiteSpace: 'normal' } }}>
      <Flex vertical gap="middle">
        <Typography.Text type="secondary">{t('For everything that stops all nodes.')}</Typography.Text>
        <Row label={t('Oldest backup to go back to, in hours (0: none is needed)')}>
          {(id) => (
            <InputNumber
              id={id}
              min={0}
              max={MOST_HOURS}
              disabled={disabled}
              value={backupWithinHours}
              onChange={(hours) => onChange({ ...conditions, backupWithinHours: hours ?? 0 })}
            />
          )}
        </Row>
        <Row label={t('No workflow or task may be running')}>
          {(id) => (
            <Switch
              id={id}
              disabled={disabled}
              checked={noRunningWork}
              onChange={(on) => onChange({ ...conditions, noRunningWork: on })}
            />
          )}
        </Row>
        <Row label={t('All nodes must be there and run the same code')}>
          {(id) => (
            <Switch
              id={id}
              disabled={disabled}
              checked={allNodesEqual}
              onChange={(on) => onChange({ ...conditions, allNodesEqual: on })}
            />
          )}
        </Row>
      </Flex>
    </Card>
  );
}

function Row({ label, children }: { readonly label: string; readonly children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <Flex wrap align="center" gap="small">
      <label htmlFor={id} style={{ flex: '1 1 240px' }}>
        {label}
      </label>
      {children(id)}
    </Flex>
  );
}

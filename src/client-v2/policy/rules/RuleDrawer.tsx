import { Button, Drawer, Flex, Form } from 'antd';
import React from 'react';
import type { PolicyRule } from '../../../shared/policy';
import { useT } from '../../locale';
import { submits } from '../submits';
import { useLasting } from '../useLasting';
import { RuleFields } from './RuleFields';

export interface RuleDrawerProps {
  /** Undefined: closed. */
  readonly rule: PolicyRule | undefined;
  readonly isNew: boolean;
  readonly onKeep: (rule: PolicyRule) => void;
  readonly onClose: () => void;
}

const WIDTH = 'min(480px, 100vw)';

const FORM = 'rule';

/** One rule. It is kept in the page until all changes are saved together. */
export function RuleDrawer({ rule, isNew, onKeep, onClose }: RuleDrawerProps) {
  const t = useT();
  const { shown, turn, afterOpenChange } = useLasting(rule);
  const title = isNew ? t('Add rule') : t('Edit rule');
  return (
    <Drawer
      open={rule !== undefined}
      width={WIDTH}
      title={title}
      aria-label={title}
      onClose={onClose}
      afterOpenChange={afterOpenChange}
      footer={
        <Flex justify="end" gap="small">
          <Button onClick={onClose}>{t('Go back')}</Button>
          <Button type="primary" {...submits(FORM)}>
            {isNew ? t('Add') : t('Apply')}
          </Button>
        </Flex>
      }
    >
      {shown && (
        <Form<PolicyRule>
          key={turn}
          name={FORM}
          layout="vertical"
          initialValues={shown}
          onFinish={(fields) => onKeep(tidied(fields))}
        >
          <RuleFields />
        </Form>
      )}
    </Drawer>
  );
}

/** What is empty or false is not said at all. */
export function tidied(fields: PolicyRule): PolicyRule {
  const said = Object.entries(fields)
    .map(([name, value]: [string, unknown]) => [name, typeof value === 'string' ? value.trim() : value] as const)
    .filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false);
  return Object.fromEntries(said) as unknown as PolicyRule;
}

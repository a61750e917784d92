import { Flex, Form, Input, Radio, Select, Switch, Typography } from 'antd';
import React from 'react';
import { ACTION_GROUPS, DEMANDS, RISK_CLASSES } from '../../../shared/policy';
import { useT } from '../../locale';
import { ActionField } from '../ActionField';
import { CLASS_LABELS, DEMAND_LABELS, ENVIRONMENT_LABELS, GROUP_LABELS } from '../labels';
import { UnknownHint } from './UnknownHint';

/** What may be typed, and what is to be known of what was. */
function ActionExtra() {
  const t = useT();
  const action = Form.useWatch<string | undefined>('action');
  return (
    <Flex vertical gap={4}>
      <span>{t('As pm:enable or db:clean.')}</span>
      <UnknownHint action={action} />
    </Flex>
  );
}

export function RuleFields() {
  const t = useT();
  const groups = ACTION_GROUPS.map((value) => ({ value, label: t(GROUP_LABELS[value]) }));
  const classes = RISK_CLASSES.map((value) => ({ value, label: t(CLASS_LABELS[value]) }));
  const environments = (['production', 'other'] as const).map((value) => ({
    value,
    label: t(ENVIRONMENT_LABELS[value]),
  }));
  return (
    <>
      <Typography.Paragraph type="secondary">{t('What is left empty means any.')}</Typography.Paragraph>
      <Form.Item name="group" label={t('Group of actions')}>
        <Select allowClear options={groups} placeholder={t('Any')} />
      </Form.Item>
      <Form.Item name="action" label={t('Single action or command')} extra={<ActionExtra />}>
        <ActionField allowClear placeholder={t('Any')} />
      </Form.Item>
      <Form.Item name="class" label={t('Kind of actions')}>
        <Select allowClear options={classes} placeholder={t('Any')} />
      </Form.Item>
      <Form.Item name="environment" label={t('Where')}>
        <Select allowClear options={environments} placeholder={t('Everywhere')} />
      </Form.Item>
      <Form.Item name="role" label={t('Role')} extra={t('Its name, as admin or member.')}>
        <Input placeholder={t('Everyone')} maxLength={200} />
      </Form.Item>
      <Form.Item name="demand" label={t('What is asked')}>
        <Radio.Group>
          <Flex vertical gap="small">
            {DEMANDS.map((demand) => (
              <Radio key={demand} value={demand}>
                {t(DEMAND_LABELS[demand])}
              </Radio>
            ))}
          </Flex>
        </Radio.Group>
      </Form.Item>
      <Form.Item name="inWindows" label={t('Only in windows')} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}

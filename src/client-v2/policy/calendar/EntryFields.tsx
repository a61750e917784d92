import { Checkbox, DatePicker, Form, Input, TimePicker } from 'antd';
import type { Dayjs } from 'dayjs';
import React from 'react';
import { useLanguage, useT } from '../../locale';
import { dayNames, ownZone } from '../moments';

/** As the pickers of the host take them. */
export interface EntryFields {
  readonly days?: readonly number[];
  readonly from: Dayjs;
  readonly to: Dayjs;
  readonly reason?: string;
}

const WIDE = { width: '100%' } as const;

export function WeeklyFields() {
  const t = useT();
  const options = dayNames(useLanguage()).map((label, index) => ({ value: index + 1, label }));
  return (
    <>
      <Form.Item
        name="days"
        label={t('Begins on')}
        rules={[{ required: true, message: t('Choose at least one day.') }]}
      >
        <Checkbox.Group options={options} />
      </Form.Item>
      <Form.Item name="from" label={t('From')} rules={[{ required: true }]}>
        <TimePicker format="HH:mm" needConfirm={false} style={WIDE} />
      </Form.Item>
      <Form.Item
        name="to"
        label={t('To')}
        rules={[{ required: true }]}
        extra={t('A time that is not after the first one is one of the next day.')}
      >
        <TimePicker format="HH:mm" needConfirm={false} style={WIDE} />
      </Form.Item>
    </>
  );
}

export function PeriodFields({ withReason }: { readonly withReason: boolean }) {
  const t = useT();
  const zone = t('In your time zone, {{zone}}.', { zone: ownZone() });
  return (
    <>
      <Form.Item name="from" label={t('From')} rules={[{ required: true }]} extra={zone}>
        <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" needConfirm={false} style={WIDE} />
      </Form.Item>
      <Form.Item
        name="to"
        label={t('To')}
        dependencies={['from']}
        rules={[
          { required: true },
          ({ getFieldValue }) => ({
            validator: async (_, to: Dayjs | undefined) => {
              const from = getFieldValue('from') as Dayjs | undefined;
              if (from && to && !to.isAfter(from)) throw new Error(t('It ends before it begins.'));
            },
          }),
        ]}
      >
        <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" needConfirm={false} style={WIDE} />
      </Form.Item>
      {withReason && (
        <Form.Item name="reason" label={t('Reason')} rules={[{ required: true, whitespace: true }]}>
          <Input maxLength={500} />
        </Form.Item>
      )}
    </>
  );
}

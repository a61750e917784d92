import { Checkbox, DatePicker, Form, Input, TimePicker } from 'antd';
import type { Dayjs } from 'dayjs';
import React from 'react';
import { useLanguage, useT } from '../../locale';
import { dayNames, ownZone } from '../moments';
import { takeEnter } from '../submits';

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
  return (
    <>
      <Form.Item
        name="days"
        label={t('Begins on')}
        rules={[{ required: true, message: t('Choose at least one day.') }]}
      >
        <DayBoxes />
      </Form.Item>
      <Form.Item name="from" label={t('From')} rules={[{ required: true }]}>
        <TimePicker format="HH:mm" needConfirm={false} style={WIDE} onKeyDown={takeEnter} />
      </Form.Item>
      <Form.Item
        name="to"
        label={t('To')}
        rules={[{ required: true }]}
        extra={t('A time that is not after the first one is one of the next day.')}
      >
        <TimePicker format="HH:mm" needConfirm={false} style={WIDE} onKeyDown={takeEnter} />
      </Form.Item>
    </>
  );
}

interface DayBoxesProps {
  readonly id?: string;
  readonly value?: number[];
  readonly onChange?: (days: number[]) => void;
  readonly 'aria-describedby'?: string;
}

/** What a form says of its fields, such as that one is required, cannot be said of a group of boxes. */
function DayBoxes({ id, value = [], onChange, 'aria-describedby': told }: DayBoxesProps) {
  const t = useT();
  const options = dayNames(useLanguage()).map((label, index) => ({ value: index + 1, label }));
  return (
    <div id={id} role="group" aria-label={t('Begins on')} aria-describedby={told}>
      <Checkbox.Group<number> options={options} value={value} {...(onChange ? { onChange } : {})} />
    </div>
  );
}

export function PeriodFields({ withReason }: { readonly withReason: boolean }) {
  const t = useT();
  const zone = t('In your time zone, {{zone}}.', { zone: ownZone() });
  return (
    <>
      <Form.Item name="from" label={t('From')} rules={[{ required: true }]} extra={zone}>
        <DatePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          needConfirm={false}
          style={WIDE}
          onKeyDown={takeEnter}
        />
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
        <DatePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          needConfirm={false}
          style={WIDE}
          onKeyDown={takeEnter}
        />
      </Form.Item>
      {withReason && (
        <Form.Item name="reason" label={t('Reason')} rules={[{ required: true, whitespace: true }]}>
          <Input maxLength={500} />
        </Form.Item>
      )}
    </>
  );
}

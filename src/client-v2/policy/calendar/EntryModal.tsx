import { Form, Modal } from 'antd';
import React from 'react';
import { useT } from '../../locale';
import { submits } from '../submits';
import { useLasting } from '../useLasting';
import { PeriodFields, WeeklyFields, type EntryFields } from './EntryFields';

export interface EntryModalProps {
  /** Undefined: closed. */
  readonly kind: 'weekly' | 'once' | 'freeze' | undefined;
  readonly values: Partial<EntryFields>;
  readonly onKeep: (fields: EntryFields) => void;
  readonly onClose: () => void;
}

const FORM = 'calendar-entry';

/** One window or freeze. It is kept in the page until all changes are saved together. */
export function EntryModal({ kind, values, onKeep, onClose }: EntryModalProps) {
  const t = useT();
  const { shown, turn, afterOpenChange } = useLasting(kind);
  const titles = { weekly: t('Weekly window'), once: t('One-time window'), freeze: t('Freeze') };
  return (
    <Modal
      open={kind !== undefined}
      title={shown && titles[shown]}
      okText={t('Apply')}
      okButtonProps={submits(FORM)}
      cancelText={t('Go back')}
      onCancel={onClose}
      afterOpenChange={afterOpenChange}
    >
      {shown && (
        <Form<EntryFields> key={turn} name={FORM} layout="vertical" initialValues={values} onFinish={onKeep}>
          {shown === 'weekly' ? <WeeklyFields /> : <PeriodFields withReason={shown === 'freeze'} />}
        </Form>
      )}
    </Modal>
  );
}

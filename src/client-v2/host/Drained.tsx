import { LoadingOutlined } from '@ant-design/icons';
import { Modal, Result, Typography } from 'antd';
import React from 'react';
import { useT, type Translate } from '../locale';
import { useSecond } from '../status/useAge';

/** From here on nobody counts seconds. */
const LONG = 120;

export interface DrainedProps {
  /** Who runs what, in the server's words. */
  readonly message: string;
  /** When it is expected to be over, by this browser's monotonic clock; undefined when nobody can know. */
  readonly end: number | undefined;
}

/** Covers the app while the node that was asked takes no requests. */
export function DrainedDialog(props: DrainedProps) {
  return (
    <Modal open footer={null} closable={false}>
      <DrainedScreen {...props} />
    </Modal>
  );
}

/** The same where there is no app to cover yet. */
export function DrainedScreen({ message, end }: DrainedProps) {
  const t = useT();
  const now = useSecond();
  return (
    <Result
      icon={<LoadingOutlined aria-hidden />}
      title={t('Maintenance')}
      subTitle={
        <>
          <div>{t('The system is being changed. This page continues by itself as soon as that is done.')}</div>
          {end !== undefined && <div>{expectation(end - now, t)}</div>}
          <Typography.Text type="secondary">{message}</Typography.Text>
        </>
      }
    />
  );
}

function expectation(left: number, t: Translate): string {
  // The clock goes in whole seconds and is up to one behind.
  const seconds = Math.floor(left / 1_000);
  if (seconds > LONG) return t('Expected to end within {{minutes}} min', { minutes: Math.ceil(seconds / 60) });
  return seconds > 0 ? t('Expected to end in about {{seconds}} s', { seconds }) : t('It should end any moment now.');
}

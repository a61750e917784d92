import { LoadingOutlined } from '@ant-design/icons';
import { Modal, Result, Typography } from 'antd';
import React from 'react';
import { useT } from '../locale';

export interface DrainedProps {
  /** Who runs what, in the server's words. */
  readonly message: string;
}

/** Covers the app while the node that was asked takes no requests. */
export function DrainedDialog({ message }: DrainedProps) {
  return (
    <Modal open footer={null} closable={false}>
      <DrainedScreen message={message} />
    </Modal>
  );
}

/** The same where there is no app to cover yet. */
export function DrainedScreen({ message }: DrainedProps) {
  const t = useT();
  return (
    <Result
      icon={<LoadingOutlined aria-hidden />}
      title={t('Maintenance')}
      subTitle={
        <>
          <div>{t('The system is being changed. This page continues by itself as soon as that is done.')}</div>
          <Typography.Text type="secondary">{message}</Typography.Text>
        </>
      }
    />
  );
}

import { Alert, Button, Flex, Modal, Typography } from 'antd';
import React, { useState } from 'react';
import { useT } from '../locale';
import { useResolve } from '../status/useResolve';

export interface ResumeButtonProps {
  readonly operationId: string;
  /** Called once the server has accepted. */
  readonly onResolved: () => void;
}

/** The way out of a held operation, behind a confirmation that says what will and will not happen. */
export function ResumeButton({ operationId, onResolved }: ResumeButtonProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const { busy, problem, resolve, forget } = useResolve();

  const close = () => {
    setOpen(false);
    forget();
  };
  const confirm = async () => {
    if (!(await resolve(operationId, 'resume'))) return;
    close();
    onResolved();
  };

  return (
    <>
      <Button danger onClick={() => setOpen(true)}>
        {t('Resume…')}
      </Button>
      <Modal
        open={open}
        title={t('Resume the cluster?')}
        okText={t('Resume')}
        cancelText={t('Cancel')}
        okButtonProps={{ danger: true }}
        confirmLoading={busy}
        onOk={confirm}
        onCancel={close}
      >
        <Flex vertical gap="middle">
          <Consequences />
          {problem && (
            <Alert type="error" showIcon message={t('The operation was not resumed.')} description={problem.message} />
          )}
        </Flex>
      </Modal>
    </>
  );
}

function Consequences() {
  const t = useT();
  return (
    <>
      <Typography.Text>{t('Every node reloads what the database now says and takes traffic again.')}</Typography.Text>
      <Typography.Text>
        {t('Nothing is undone and nothing is repeated: work that stopped halfway stays as it is.')}
      </Typography.Text>
      <Typography.Text type="secondary">
        {t('If you are not sure, look at the database first, or restore a backup.')}
      </Typography.Text>
    </>
  );
}

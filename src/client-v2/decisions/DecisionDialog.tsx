import { Button, Flex, Modal, Typography } from 'antd';
import React, { useRef } from 'react';
import { useT } from '../locale';
import type { Decision } from './decision';
import { ProblemNotice } from './ProblemNotice';
import type { SubmissionState } from './submission';

export interface DecisionDialogProps {
  readonly open: boolean;
  readonly decision: Decision | undefined;
  readonly sent: SubmissionState;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks, and says the consequences. It cannot be left while the answer is on its way: that belongs in here. */
export function DecisionDialog({ open, decision, sent, onConfirm, onClose }: DecisionDialogProps) {
  const t = useT();
  const harmless = useRef<HTMLButtonElement>(null);
  return (
    <Modal
      open={open}
      title={decision?.title}
      closable={!sent.busy}
      keyboard={!sent.busy}
      maskClosable={!sent.busy}
      onCancel={onClose}
      // An Enter too many must not decide anything.
      afterOpenChange={(isOpen) => isOpen && harmless.current?.focus()}
      footer={
        <Flex wrap justify="end" gap="small">
          <Button ref={harmless} disabled={sent.busy} onClick={onClose}>
            {t('Go back')}
          </Button>
          <Button type="primary" danger={decision?.danger ?? false} loading={sent.busy} onClick={onConfirm}>
            {decision?.verb}
          </Button>
        </Flex>
      }
    >
      {decision && <DecisionText decision={decision} sent={sent} />}
    </Modal>
  );
}

/** What happens if it is confirmed, and why the last try failed. */
export function DecisionText({ decision, sent }: Pick<DecisionDialogProps, 'sent'> & { readonly decision: Decision }) {
  return (
    <Flex vertical gap="middle">
      {decision.consequences.map((consequence) => (
        <Typography.Text key={consequence}>{consequence}</Typography.Text>
      ))}
      {sent.problem && <ProblemNotice problem={sent.problem} />}
    </Flex>
  );
}

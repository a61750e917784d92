import { Alert, Flex, Modal } from 'antd';
import React, { useMemo } from 'react';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useT } from '../../locale';
import { useLasting } from '../useLasting';
import { useSubmission } from '../useSubmission';
import { isShowable, parseFile } from './model';

export interface ImportModalProps {
  /** What the file says; undefined: closed. */
  readonly text: string | undefined;
  readonly onImport: (document: unknown) => Promise<void>;
  readonly onClose: () => void;
}

/** Says what the file would replace, and, if the server does not take it, why. */
export function ImportModal({ text, onImport, onClose }: ImportModalProps) {
  const t = useT();
  const { busy, problem, send, reset } = useSubmission();
  const { shown, afterOpenChange } = useLasting(text);
  const parsed = useMemo(() => (shown === undefined ? undefined : parseFile(shown)), [shown]);
  const close = () => {
    reset();
    onClose();
  };
  const store = async () => {
    if (parsed && (await send(() => onImport(parsed.document)))) close();
  };
  return (
    <Modal
      open={text !== undefined}
      title={t('Import the policy?')}
      okText={t('Replace the policy')}
      cancelText={t('Go back')}
      okButtonProps={{ disabled: !parsed, loading: busy, danger: true }}
      onOk={() => void store()}
      onCancel={close}
      afterOpenChange={afterOpenChange}
    >
      <Flex vertical gap="middle">
        {parsed ? (
          <span>{summaryOf(parsed.document, t)}</span>
        ) : (
          <Alert type="error" showIcon message={t('This file is no JSON, so it is no policy.')} />
        )}
        {problem && <ProblemNotice problem={problem} />}
      </Flex>
    </Modal>
  );
}

function summaryOf(document: unknown, t: ReturnType<typeof useT>): string {
  if (!isShowable(document)) return t('The file does not look like a policy. The server says what is wrong with it.');
  return t('It replaces all rules, windows and conditions at once. The file has {{count}} rules.', {
    count: document.rules.length,
  });
}

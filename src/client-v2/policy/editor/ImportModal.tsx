import { Alert, Flex, Modal } from 'antd';
import React, { useMemo } from 'react';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useT } from '../../locale';
import { useLasting } from '../useLasting';
import { useSubmission } from '../useSubmission';
import { unknownIn } from '../rules/known';
import { isShowable, parseFile } from './model';

export interface ImportModalProps {
  /** What the file says; undefined: closed. */
  readonly text: string | undefined;
  /** See `PolicyBody`. */
  readonly known: readonly string[];
  readonly onImport: (document: unknown) => Promise<void>;
  readonly onClose: () => void;
}

/** Says what the file would replace, and, if the server does not take it, why. */
export function ImportModal({ text, known, onImport, onClose }: ImportModalProps) {
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
          <Summary document={parsed.document} known={known} />
        ) : (
          <Alert type="error" showIcon message={t('This file is no JSON, so it is no policy.')} />
        )}
        {problem && <ProblemNotice problem={problem} />}
      </Flex>
    </Modal>
  );
}

function Summary({ document, known }: { readonly document: unknown; readonly known: readonly string[] }) {
  const t = useT();
  if (!isShowable(document)) {
    return <span>{t('The file does not look like a policy. The server says what is wrong with it.')}</span>;
  }
  const { rules } = document;
  const unknown = [...new Set(rules.filter((rule) => unknownIn(rule, known)).map(({ action }) => action))];
  return (
    <>
      <span>
        {t('It replaces all rules, windows and conditions at once. The file has {{count}} rules.', {
          count: rules.length,
        })}
      </span>
      {unknown.length > 0 && (
        <Alert
          type="warning"
          showIcon
          message={t('No list here knows these actions: {{names}}', { names: unknown.join(', ') })}
        />
      )}
    </>
  );
}

import { DownOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Flex, Skeleton, theme } from 'antd';
import React, { useId, useState } from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useT } from '../locale';
import { useJournal, type Journal } from '../status/useJournal';
import { JournalLines } from './JournalLines';
import { Notice } from './Notice';
import { WrappingButton } from './WrappingButton';

/** Which nodes saw what: asked for when somebody wants to know. */
export function OperationJournal({ operation }: { readonly operation: OperationRecord }) {
  const t = useT();
  const content = useId();
  const [open, setOpen] = useState(false);
  const { token } = theme.useToken();
  return (
    <div>
      <WrappingButton
        type="link"
        icon={open ? <DownOutlined aria-hidden /> : <RightOutlined aria-hidden />}
        aria-expanded={open}
        aria-controls={content}
        onClick={() => setOpen(!open)}
        style={{ paddingInline: 0, textAlign: 'start' }}
      >
        {t('Which nodes saw what')}
      </WrappingButton>
      <div id={content} style={{ marginBlockStart: open ? token.marginSM : 0 }}>
        {open && <LoadedJournal operation={operation} />}
      </div>
    </div>
  );
}

function LoadedJournal({ operation }: { readonly operation: OperationRecord }) {
  return <JournalView journal={useJournal(operation.id, operation.phaseSince)} />;
}

/** Lines once read stay when a later try fails. */
export function JournalView({ journal }: { readonly journal: Journal }) {
  const t = useT();
  const { body, busy, problem, reload } = journal;
  return (
    <Flex vertical gap="small" aria-busy={busy}>
      {problem && (
        <Notice
          type="error"
          message={t('The journal could not be read.')}
          description={problem.message || t('There was no answer.')}
        />
      )}
      {body ? <JournalLines lines={body.journal} /> : busy && <Skeleton active title={false} paragraph={{ rows: 3 }} />}
      <div>
        <Button size="small" loading={busy} onClick={reload}>
          {t('Read again')}
        </Button>
      </div>
    </Flex>
  );
}

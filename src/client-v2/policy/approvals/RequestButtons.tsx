import { Button, Flex, Typography } from 'antd';
import React, { useState } from 'react';
import type { ApprovalRequest } from '../../../shared/policy-api';
import { NamedButton } from '../../components/NamedButton';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useT } from '../../locale';
import { usePolicyApi } from '../api';
import { useKeptRequests } from '../keptRequests';
import { useSubmission } from '../useSubmission';
import { isRunnable } from './model';

export interface DecideButtonsProps {
  readonly request: ApprovalRequest;
  readonly onChoose: (kind: 'approve' | 'reject') => void;
}

export function DecideButtons({ request, onChoose }: DecideButtonsProps) {
  const t = useT();
  const about = `${request.action} ${request.subject}`;
  return (
    <Flex wrap gap="small">
      <Button type="primary" size="small" aria-label={`${t('Approve')}: ${about}`} onClick={() => onChoose('approve')}>
        {`${t('Approve')}…`}
      </Button>
      <Button danger size="small" aria-label={`${t('Reject')}: ${about}`} onClick={() => onChoose('reject')}>
        {`${t('Reject')}…`}
      </Button>
    </Flex>
  );
}

export interface OwnButtonsProps {
  readonly request: ApprovalRequest;
  readonly onDone: () => void;
}

/** Withdraw it, or, once it is approved, do what it was asked for. */
export function OwnButtons({ request, onDone }: OwnButtonsProps) {
  const t = useT();
  const api = usePolicyApi();
  const kept = useKeptRequests();
  const { busy, problem, send, reset } = useSubmission();
  const withdraw = async () => {
    if (!(await send(() => api.withdraw(request.id)))) return;
    kept.forget(request.id);
    reset();
    onDone();
  };
  return (
    <Flex vertical gap="small">
      <Flex wrap gap="small">
        {request.state === 'approved' && <RunButton request={request} onDone={onDone} />}
        <NamedButton
          size="small"
          loading={busy}
          does={t('Withdraw')}
          about={`${request.action} ${request.subject}`}
          onClick={() => void withdraw()}
        />
      </Flex>
      {problem && <ProblemNotice problem={problem} />}
    </Flex>
  );
}

/** What it leads to is shown by the host and by the first tab, as if it had been done where it was asked for. */
function RunButton({ request, onDone }: OwnButtonsProps) {
  const t = useT();
  const api = usePolicyApi();
  const kept = useKeptRequests();
  const [busy, setBusy] = useState(false);
  const keptRequest = kept.find(request.id);
  if (!isRunnable(request, Date.now())) return null;
  if (!keptRequest) {
    return (
      <Typography.Text type="secondary">
        {t('To run it, do the same again where you did it first: the dialog then offers this approval.')}
      </Typography.Text>
    );
  }
  const run = async () => {
    setBusy(true);
    const done = await api.run(keptRequest, { reason: request.reason, approval: request.id }).then(
      () => true,
      // The host has told of it.
      () => false,
    );
    if (done) kept.forget(request.id);
    setBusy(false);
    onDone();
  };
  return (
    <Button type="primary" size="small" loading={busy} onClick={() => void run()}>
      {t('Run')}
    </Button>
  );
}

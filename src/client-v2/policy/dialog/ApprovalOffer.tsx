import { Button, Form, Skeleton } from 'antd';
import React, { useCallback } from 'react';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useT } from '../../locale';
import { usePolicyApi } from '../api';
import { usableApprovals } from '../approvals/model';
import { useKeptRequests } from '../keptRequests';
import { useLoaded } from '../useLoaded';
import { useSubmission } from '../useSubmission';
import type { OfferProps } from './offer';
import { Buttons } from './Buttons';
import { ReasonField } from './fields';
import { GivenApproval } from './GivenApproval';

/** Another person has to say yes: takes one that was given already, or asks for one. */
export function ApprovalOffer(props: OfferProps) {
  const t = useT();
  const api = usePolicyApi();
  const { prospect } = props.question.refusal;
  const { body, busy } = useLoaded(useCallback((signal: AbortSignal) => api.approvals(signal), [api]));
  if (!body && busy) return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  const usable = usableApprovals(body?.requests ?? [], prospect, Date.now());
  if (usable.length > 0) return <GivenApproval {...props} approvals={usable} />;
  if (prospect.bringsFile || prospect.confirm === undefined) {
    return (
      <>
        <span>{t('Nobody else can approve this, because it brings a file that is not kept.')}</span>
        <Buttons focused onLeave={props.onLeave} />
      </>
    );
  }
  return <ApprovalForm {...props} confirm={prospect.confirm} />;
}

function ApprovalForm({ question, confirm, onLeave, onArranged }: OfferProps & { readonly confirm: string }) {
  const t = useT();
  const api = usePolicyApi();
  const kept = useKeptRequests();
  const { busy, problem, send } = useSubmission();
  const ask = ({ reason }: { readonly reason: string }) =>
    send(async () => {
      const request = await api.requestApproval({ confirm, reason: reason.trim() });
      onArranged({ kind: 'asked', request, kept: kept.keep(request, question.request) });
    });
  return (
    <Form
      name="policy-question"
      layout="vertical"
      initialValues={{ reason: question.before?.reason }}
      onFinish={(fields) => void ask(fields)}
    >
      <ReasonField first />
      {problem && <ProblemNotice problem={problem} />}
      <Buttons onLeave={onLeave} focused={false} busy={busy}>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('Ask a second admin')}
        </Button>
      </Buttons>
    </Form>
  );
}

import { Button, Form } from 'antd';
import React from 'react';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useLanguage, useT } from '../../locale';
import { usePolicyApi } from '../api';
import { formatDate } from '../moments';
import { useSubmission } from '../useSubmission';
import { adviceFor, hasReason, nameAskedFor } from '../words';
import { Advice } from './Advice';
import { ApprovalOffer } from './ApprovalOffer';
import type { OfferProps } from './offer';
import { Buttons } from './Buttons';
import { NameField, ReasonField } from './fields';

interface Fields {
  readonly reason: string;
  readonly name?: string;
}

/** Only the calendar stands in the way: it may begin by itself when it opens. */
export function WindowOffer(props: OfferProps) {
  const t = useT();
  const language = useLanguage();
  const { verdict, confirm, bringsFile } = props.question.refusal.prospect;
  const { nextWindow } = verdict;
  const opens =
    nextWindow === undefined
      ? t('No window is planned.')
      : t('The next moment at which it may begin is {{when}}.', { when: formatDate(nextWindow, language) });
  return (
    <>
      <div>{opens}</div>
      {nextWindow !== undefined && confirm !== undefined && !bringsFile ? (
        <Then {...props} confirm={confirm} />
      ) : (
        <>
          {bringsFile && <div>{t('It cannot wait by itself, because it brings a file that is not kept.')}</div>}
          <Advice sentences={adviceFor(verdict.reasons, t)} />
          <Buttons focused onLeave={props.onLeave} />
        </>
      )}
    </>
  );
}

type ThenProps = OfferProps & { readonly confirm: string };

/** A second admin comes first: what waits begins with the approval that was given. */
function Then(props: ThenProps) {
  const { reasons } = props.question.refusal.prospect.verdict;
  return hasReason(reasons, 'approval-needed') ? <ApprovalOffer {...props} /> : <QueueForm {...props} />;
}

function QueueForm({ question, confirm, onLeave, onArranged }: ThenProps) {
  const t = useT();
  const api = usePolicyApi();
  const { busy, problem, send } = useSubmission();
  const { before, refusal } = question;
  const name = nameAskedFor(refusal.prospect.verdict.reasons);
  const queue = ({ reason, name: typed = before?.name }: Fields) =>
    send(async () => {
      const approval = before?.approval === undefined ? {} : { approval: before.approval };
      const named = typed === undefined ? {} : { name: typed.trim() };
      const action = await api.queue({ confirm, reason: reason.trim(), ...named, ...approval });
      onArranged({ kind: 'queued', action });
    });
  return (
    <Form<Fields>
      name="policy-question"
      layout="vertical"
      initialValues={{ reason: before?.reason }}
      onFinish={(fields) => void queue(fields)}
    >
      <ReasonField first />
      {name !== undefined && <NameField name={name} first={false} />}
      {problem && <ProblemNotice problem={problem} />}
      <Buttons onLeave={onLeave} focused={false} busy={busy}>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('Do it then')}
        </Button>
      </Buttons>
    </Form>
  );
}

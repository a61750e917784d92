import { Button, Form } from 'antd';
import React from 'react';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useLanguage, useT } from '../../locale';
import { usePolicyApi } from '../api';
import { formatDate } from '../moments';
import { useSubmission } from '../useSubmission';
import { adviceFor } from '../words';
import { Advice } from './Advice';
import type { OfferProps } from './Asked';
import { Buttons } from './Buttons';
import { ReasonField } from './fields';

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
        <QueueForm {...props} confirm={confirm} />
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

function QueueForm({ question, confirm, onLeave, onArranged }: OfferProps & { readonly confirm: string }) {
  const t = useT();
  const api = usePolicyApi();
  const { busy, problem, send } = useSubmission();
  const queue = ({ reason }: { readonly reason: string }) =>
    send(async () => onArranged({ kind: 'queued', action: await api.queue({ confirm, reason: reason.trim() }) }));
  return (
    <Form
      layout="vertical"
      initialValues={{ reason: question.before?.reason }}
      onFinish={(fields) => void queue(fields)}
    >
      <ReasonField first />
      {problem && <ProblemNotice problem={problem} />}
      <Buttons onLeave={onLeave} focused={false} busy={busy}>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('Do it then')}
        </Button>
      </Buttons>
    </Form>
  );
}

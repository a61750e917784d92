import { DatePicker, Flex, Form, Input, Modal } from 'antd';
import type { Dayjs } from 'dayjs';
import React from 'react';
import type { ApprovalRequest, DecideBody } from '../../../shared/policy-api';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useT } from '../../locale';
import { usePolicyApi } from '../api';
import { ownZone } from '../moments';
import { submits, takeEnter } from '../submits';
import { useLasting } from '../useLasting';
import { useSubmission } from '../useSubmission';
import { ActTitle } from './ActTitle';
import { Parameters } from './Parameters';

export interface Choice {
  readonly kind: 'approve' | 'reject';
  readonly request: ApprovalRequest;
}

export interface DecideModalProps {
  /** Undefined: closed. */
  readonly choice: Choice | undefined;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

interface Fields {
  readonly comment?: string;
  readonly from?: Dayjs | null;
  readonly to?: Dayjs | null;
}

const FORM = 'decide';

/** A second person's yes or no. A yes may be meant for some time only. */
export function DecideModal({ choice, onDone, onClose }: DecideModalProps) {
  const t = useT();
  const api = usePolicyApi();
  const { busy, problem, send, reset } = useSubmission();
  const close = () => {
    reset();
    onClose();
  };
  const decide = async (fields: Fields) => {
    if (!choice || !(await send(() => api[choice.kind](bodyOf(choice, fields))))) return;
    close();
    onDone();
  };
  const { shown, turn, afterOpenChange } = useLasting(choice);
  const approves = shown?.kind === 'approve';
  return (
    <Modal
      open={choice !== undefined}
      title={approves ? t('Approve this?') : t('Reject this?')}
      okText={approves ? t('Approve') : t('Reject')}
      cancelText={t('Go back')}
      okButtonProps={{ ...submits(FORM), loading: busy, danger: !approves }}
      onCancel={close}
      afterOpenChange={afterOpenChange}
    >
      {shown && (
        <Flex vertical gap="middle">
          <ActTitle {...shown.request} />
          <div>{`${shown.request.requestedBy}: ${shown.request.reason}`}</div>
          <Parameters text={shown.request.parameters} />
          {approves && <div>{t('Exactly this request may then run once, by the person who asked.')}</div>}
          <Form<Fields> key={turn} name={FORM} layout="vertical" onFinish={(fields) => void decide(fields)}>
            <DecideFields approves={approves} />
          </Form>
          {problem && <ProblemNotice problem={problem} />}
        </Flex>
      )}
    </Modal>
  );
}

const WIDE = { width: '100%' } as const;

function DecideFields({ approves }: { readonly approves: boolean }) {
  const t = useT();
  const time = {
    showTime: { format: 'HH:mm' },
    format: 'YYYY-MM-DD HH:mm',
    needConfirm: false,
    style: WIDE,
    onKeyDown: takeEnter,
  } as const;
  return (
    <>
      <Form.Item name="comment" label={t('Comment')}>
        <Input maxLength={500} autoFocus autoComplete="off" />
      </Form.Item>
      {approves && (
        <>
          <Form.Item name="from" label={t('Not before')} extra={t('In your time zone, {{zone}}.', { zone: ownZone() })}>
            <DatePicker {...time} />
          </Form.Item>
          <Form.Item name="to" label={t('Not after')}>
            <DatePicker {...time} />
          </Form.Item>
        </>
      )}
    </>
  );
}

function bodyOf({ request, kind }: Choice, { comment, from, to }: Fields): DecideBody {
  const approves = kind === 'approve';
  return {
    id: request.id,
    ...(comment?.trim() ? { comment: comment.trim() } : {}),
    ...(approves && from ? { notBefore: from.valueOf() } : {}),
    ...(approves && to ? { notAfter: to.valueOf() } : {}),
  };
}

import { Flex, Form, Input, InputNumber, Modal, Typography } from 'antd';
import React from 'react';
import type { BreakGlassBody, GlassBody } from '../../../shared/policy-api';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useT } from '../../locale';
import { usePolicyApi } from '../api';
import { submits } from '../submits';
import { useLasting } from '../useLasting';
import { useSubmission } from '../useSubmission';

export interface GlassModalProps {
  readonly open: boolean;
  readonly onBroken: (body: GlassBody) => void;
  readonly onClose: () => void;
}

const FORM = 'glass';
const MINUTES = 15;
const MOST_MINUTES = 60;

/** Says what it means before it is done. */
export function GlassModal({ open, onBroken, onClose }: GlassModalProps) {
  const t = useT();
  const api = usePolicyApi();
  const { busy, problem, send, reset } = useSubmission();
  const { shown, turn, afterOpenChange } = useLasting(open || undefined);
  const close = () => {
    reset();
    onClose();
  };
  const breakIt = async (body: BreakGlassBody) => {
    if (await send(async () => onBroken(await api.breakGlass(body)))) close();
  };
  const needed = { required: true, whitespace: true, message: t('Say in a few words why this is done.') };
  return (
    <Modal
      open={open}
      title={t('Break the glass?')}
      okText={t('Break the glass')}
      cancelText={t('Go back')}
      okButtonProps={{ ...submits(FORM), danger: true, loading: busy }}
      onCancel={close}
      afterOpenChange={afterOpenChange}
    >
      {shown && (
        <Flex vertical gap="middle">
          <Typography.Text>
            {t(
              'For so long the policy stops nothing that you do. Nodes still drain, and nobody gets a right that they lack.',
            )}
          </Typography.Text>
          <Typography.Text>{t('Other admins are told at once, and it stays in the audit list.')}</Typography.Text>
          <Form<BreakGlassBody>
            key={turn}
            name={FORM}
            layout="vertical"
            initialValues={{ minutes: MINUTES }}
            onFinish={(body) => void breakIt(body)}
          >
            <Form.Item name="reason" label={t('Reason')} rules={[needed]}>
              <Input maxLength={500} autoComplete="off" />
            </Form.Item>
            <Form.Item name="minutes" label={t('Ends by itself after (minutes)')} rules={[{ required: true }]}>
              <InputNumber min={1} max={MOST_MINUTES} precision={0} />
            </Form.Item>
          </Form>
          {problem && <ProblemNotice problem={problem} />}
        </Flex>
      )}
    </Modal>
  );
}

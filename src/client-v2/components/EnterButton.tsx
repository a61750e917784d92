import { Form, Input, InputNumber, Modal, Radio, Select } from 'antd';
import React, { useState } from 'react';
import type { NodeView } from '../../shared/api';
import type { OperationScope } from '../../shared/domain';
import { useDecide } from '../decisions/DecisionProvider';
import { entering } from '../decisions/manual';
import { useT } from '../locale';
import { WrappingButton } from './WrappingButton';

interface Fields {
  readonly reason: string;
  readonly scope: OperationScope;
  readonly message?: string;
  readonly minutes: number;
  readonly openNode?: string;
}

const USUAL: Partial<Fields> = { scope: 'all', minutes: 60 };
const MOST_MINUTES = 1_440;

/** Asks what is going to be done; what follows from it is confirmed in the dialog of all decisions. */
export function EnterButton({ nodes }: { readonly nodes: readonly NodeView[] }) {
  const t = useT();
  const decide = useDecide();
  const [form] = Form.useForm<Fields>();
  const [open, setOpen] = useState(false);
  const submit = ({ minutes, message, openNode, ...rest }: Fields) => {
    setOpen(false);
    const text = message ? { message } : {};
    const node = openNode === undefined ? {} : { openNode };
    decide(entering({ ...rest, ...text, ...node, expiresInSeconds: minutes * 60 }, minutes, t));
  };
  return (
    <>
      <WrappingButton onClick={() => setOpen(true)}>{`${t('Enter maintenance')}…`}</WrappingButton>
      <Modal
        open={open}
        title={t('Manual maintenance')}
        okText={`${t('Continue')}…`}
        cancelText={t('Go back')}
        onCancel={() => setOpen(false)}
        onOk={() => form.submit()}
      >
        <Form form={form} layout="vertical" initialValues={USUAL} onFinish={submit}>
          <EnterFields nodes={nodes} />
        </Form>
      </Modal>
    </>
  );
}

/** The server checks all of it once more, and says what is wrong. */
function EnterFields({ nodes }: { readonly nodes: readonly NodeView[] }) {
  const t = useT();
  const scopes = [
    { value: 'all', label: t('Stop all work') },
    { value: 'writes', label: t('Stop writes, go on reading') },
  ];
  const names = nodes.map(({ name }) => ({ value: name, label: name }));
  const needed = [{ required: true, whitespace: true, message: t('Say in a few words what is going to be done.') }];
  return (
    <>
      <Form.Item name="reason" label={t('Reason')} rules={needed}>
        <Input maxLength={1_000} />
      </Form.Item>
      <Form.Item name="scope" label={t('Scope')}>
        <Radio.Group options={scopes} />
      </Form.Item>
      <Form.Item name="message" label={t('Message for users')}>
        <Input maxLength={1_000} />
      </Form.Item>
      <Form.Item name="minutes" label={t('Ends by itself after (minutes)')} rules={[{ required: true }]}>
        <InputNumber min={1} max={MOST_MINUTES} precision={0} />
      </Form.Item>
      <Form.Item name="openNode" label={t('Node that stays open')}>
        <Select allowClear options={names} />
      </Form.Item>
    </>
  );
}

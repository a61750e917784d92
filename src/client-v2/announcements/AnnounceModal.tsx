import { DatePicker, Form, Input, InputNumber, Modal, Typography } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import React from 'react';
import { LONGEST_MESSAGE, MOST_MINUTES, type AnnounceBody, type Announcement } from '../../shared/announcements';
import { ProblemNotice } from '../decisions/ProblemNotice';
import { useT } from '../locale';
import { ownZone } from '../policy/moments';
import { useLasting } from '../policy/useLasting';
import { useSubmission } from '../policy/useSubmission';

export interface AnnounceModalProps {
  /** Undefined: closed. */
  readonly writing: 'new' | Announcement | undefined;
  readonly onSend: (body: AnnounceBody) => Promise<void>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

interface Fields {
  readonly start: Dayjs;
  readonly minutes: number;
  readonly message?: string;
}

const WIDE = { width: '100%' } as const;
const USUAL_MINUTES = 30;

/** Asks when, for how long, and what users should read. The server checks all of it, and says what is wrong. */
export function AnnounceModal({ writing, onSend, onDone, onClose }: AnnounceModalProps) {
  const t = useT();
  const [form] = Form.useForm<Fields>();
  const { shown, afterOpenChange } = useLasting(writing);
  const { busy, problem, send, reset } = useSubmission();
  const close = () => {
    reset();
    onClose();
  };
  const submit = async (fields: Fields) => {
    if (!shown || !(await send(() => onSend(bodyOf(shown, fields))))) return;
    onDone();
    close();
  };
  return (
    <Modal
      open={writing !== undefined}
      title={shown === 'new' ? t('Announce maintenance') : t('Change announcement')}
      okText={shown === 'new' ? t('Announce') : t('Change')}
      cancelText={t('Go back')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={close}
      afterOpenChange={afterOpenChange}
    >
      {shown && (
        <Form<Fields>
          name="announcement"
          form={form}
          layout="vertical"
          preserve={false}
          initialValues={fieldsOf(shown)}
          onFinish={(fields) => void submit(fields)}
        >
          <AnnounceFields startIsFixed={shown !== 'new' && shown.queued} />
          {problem && <ProblemNotice problem={problem} />}
        </Form>
      )}
    </Modal>
  );
}

/** `startIsFixed`: it is that of a window. */
function AnnounceFields({ startIsFixed }: { readonly startIsFixed: boolean }) {
  const t = useT();
  const zone = t('In your time zone, {{zone}}.', { zone: ownZone() });
  const told = t('Everybody who has signed in sees it, with the time left, in their own language and time zone.');
  return (
    <>
      <Typography.Paragraph type="secondary">{told}</Typography.Paragraph>
      <Form.Item name="start" label={t('Begins at')} rules={[{ required: true }]} extra={zone}>
        <DatePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          needConfirm={false}
          disabled={startIsFixed}
          style={WIDE}
        />
      </Form.Item>
      <Form.Item name="minutes" label={t('Expected length (minutes)')} rules={[{ required: true }]}>
        <InputNumber min={1} max={MOST_MINUTES} precision={0} />
      </Form.Item>
      <Form.Item name="message" label={t('Message for users')}>
        <Input.TextArea maxLength={LONGEST_MESSAGE} showCount autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
    </>
  );
}

function fieldsOf(writing: 'new' | Announcement): Partial<Fields> {
  if (writing === 'new') return { minutes: USUAL_MINUTES };
  const { startsAt, minutes, message } = writing;
  return { start: dayjs(startsAt), message, ...(minutes === undefined ? {} : { minutes }) };
}

/** The picker shows no seconds: a start that was not touched stays as it is, and any other one has none. */
function bodyOf(writing: 'new' | Announcement, { start, minutes, message = '' }: Fields): AnnounceBody {
  if (writing === 'new') return { startsAt: start.startOf('minute').valueOf(), minutes, message };
  const { id, startsAt: before } = writing;
  const startsAt = start.isSame(before, 'minute') ? before : start.startOf('minute').valueOf();
  return { id, startsAt, minutes, message };
}

import { Button, Card, Flex, Form, Input, Typography } from 'antd';
import React, { useState } from 'react';
import type { PreflightQuery, Prospect } from '../../shared/policy-api';
import { ProblemNotice } from '../decisions/ProblemNotice';
import { useLanguage, useT } from '../locale';
import { ActionField } from './ActionField';
import { usePolicyApi } from './api';
import { VerdictNotice } from './dialog/VerdictNotice';
import { actionLabel } from './labels';
import { formatDate } from './moments';
import { ProspectFacts } from './ProspectFacts';
import { useSubmission } from './useSubmission';

const PATIENCE = new AbortController().signal;

/** What would be answered to an action if it came now, without doing it. */
export function PreflightPanel() {
  const t = useT();
  const api = usePolicyApi();
  const { busy, problem, send, reset } = useSubmission();
  const [prospect, setProspect] = useState<Prospect>();
  const ask = async ({ action, subject }: PreflightQuery) => {
    setProspect(undefined);
    const query = { action: action.trim(), ...(subject?.trim() ? { subject: subject.trim() } : {}) };
    await send(async () => setProspect(await api.preflight(query, PATIENCE)));
    reset();
  };
  return (
    <Card title={t('What would happen now?')} styles={{ title: { whiteSpace: 'normal' } }}>
      <Flex vertical gap="middle">
        <Form<PreflightQuery> name="preflight" layout="vertical" onFinish={(query) => void ask(query)}>
          <Flex wrap gap="middle" align="end">
            <Form.Item
              name="action"
              label={t('Action or command')}
              rules={[{ required: true, whitespace: true, message: t('Choose an action, or type one.') }]}
              style={{ flex: '1 1 220px', marginBlockEnd: 0 }}
            >
              <ActionField placeholder="pm:enable" />
            </Form.Item>
            <Form.Item name="subject" label={t('What it is about')} style={{ flex: '1 1 160px', marginBlockEnd: 0 }}>
              <Input maxLength={200} />
            </Form.Item>
            <Button htmlType="submit" loading={busy}>
              {t('Check')}
            </Button>
          </Flex>
        </Form>
        {problem && <ProblemNotice problem={problem} />}
        {prospect && <Outlook prospect={prospect} />}
      </Flex>
    </Card>
  );
}

function Outlook({ prospect }: { readonly prospect: Prospect }) {
  const t = useT();
  const language = useLanguage();
  const { action, group, subject, verdict } = prospect;
  return (
    <Flex vertical gap="small" role="status">
      <Typography.Text strong>{`${actionLabel(action, group, t)} ${subject}`.trim()}</Typography.Text>
      <VerdictNotice verdict={verdict} />
      {verdict.nextWindow !== undefined && (
        <div>
          {t('The next moment at which it may begin is {{when}}.', { when: formatDate(verdict.nextWindow, language) })}
        </div>
      )}
      <ProspectFacts prospect={prospect} />
    </Flex>
  );
}

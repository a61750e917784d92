import { Card, Flex, Skeleton } from 'antd';
import React, { useCallback } from 'react';
import { SETTING_GROUPS, type SettingsBody } from '../../shared/settings-view';
import { LastTryFailed } from '../components/LastTryFailed';
import { Notice } from '../components/Notice';
import { Unanswered } from '../components/Unanswered';
import { useT } from '../locale';
import { useClusterApi } from '../status/api';
import { useAnswer } from '../status/useAnswer';
import { SettingsGroup } from './SettingsGroup';

/** What is in force on the node that answers, and where it comes from. */
export function SettingsTab() {
  const api = useClusterApi();
  const load = useCallback((signal: AbortSignal) => api.settings(signal), [api]);
  const answer = useAnswer(load);
  if (answer.body) {
    return (
      <Flex vertical gap="middle">
        <LastTryFailed answer={answer} />
        <Settings body={answer.body} />
      </Flex>
    );
  }
  if (answer.problem) return <Unanswered problem={answer.problem} onRetry={answer.reload} />;
  return (
    <Card>
      <Skeleton active title={false} paragraph={{ rows: 10, width: '100%' }} />
    </Card>
  );
}

function Settings({ body }: { readonly body: SettingsBody }) {
  const t = useT();
  const { node, settings, problems } = body;
  const message = t('These are the settings of {{name}}. They are read from its environment when it starts.', {
    name: node,
  });
  const description = t('To change one, set its variable on every node and restart the nodes.');
  return (
    <>
      {problems.length > 0 && (
        <Notice
          type="error"
          message={t('These settings are impossible together, so risky actions are refused.')}
          description={problems.join(' ')}
        />
      )}
      <Notice type="info" message={message} description={description} />
      {SETTING_GROUPS.map((group) => (
        <SettingsGroup key={group} group={group} settings={settings.filter((setting) => setting.group === group)} />
      ))}
    </>
  );
}

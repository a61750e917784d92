import { Flex, Typography } from 'antd';
import React from 'react';
import type { PolicyBody } from '../../../shared/policy-api';
import { Notice } from '../../components/Notice';
import { useLanguage, useT } from '../../locale';
import { formatDate } from '../moments';

/** What one has to know before reading the rules: where they come from, and whether they count. */
export function PolicyNotices({ body, mayEdit }: { readonly body: PolicyBody; readonly mayEdit: boolean }) {
  const t = useT();
  const { problem, readOnlyBy, environment } = body;
  return (
    <Flex vertical gap="small">
      {problem !== undefined && (
        <Notice
          type="error"
          message={t('The stored policy is broken: everything risky is denied until it is mended.')}
          description={
            <>
              <div>{problem}</div>
              <div>{t('Import a good one, or save the one below.')}</div>
            </>
          }
        />
      )}
      {readOnlyBy !== undefined && (
        <Notice
          type="info"
          message={t('The policy is set by the variable {{name}} and cannot be changed here.', { name: readOnlyBy })}
          description={t('Whoever runs the nodes changes the variable and starts them again.')}
        />
      )}
      {readOnlyBy === undefined && !mayEdit && (
        <Notice type="info" message={t('You may see the policy, but not change it.')} />
      )}
      <Typography.Text type="secondary">
        {environment === 'production'
          ? t('This is a production cluster (APP_ENV).')
          : t('This is not a production cluster (APP_ENV).')}{' '}
        <LastChange body={body} />
      </Typography.Text>
    </Flex>
  );
}

function LastChange({ body: { revision, writtenBy, writtenAt } }: { readonly body: PolicyBody }) {
  const t = useT();
  const language = useLanguage();
  if (revision === 0 || writtenAt === undefined)
    return <>{t('The policy is the one that came with the installation.')}</>;
  return (
    <>{t('Last changed by {{name}}: {{when}}', { name: writtenBy ?? '?', when: formatDate(writtenAt, language) })}</>
  );
}

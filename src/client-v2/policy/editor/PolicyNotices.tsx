import { Flex, Typography } from 'antd';
import React from 'react';
import type { PolicyBody } from '../../../shared/policy-api';
import { Notice } from '../../components/Notice';
import { useLanguage, useT } from '../../locale';
import { formatDate } from '../moments';

/** What one has to know before reading the rules: where they come from, and whether they count. */
export function PolicyNotices({ body, mayEdit }: { readonly body: PolicyBody; readonly mayEdit: boolean }) {
  const t = useT();
  const { problem, readOnlyBy } = body;
  if (problem === undefined && readOnlyBy === undefined && mayEdit) return null;
  return (
    <Flex vertical gap="small">
      {problem !== undefined && <Broken problem={problem} readOnlyBy={readOnlyBy} mayEdit={mayEdit} />}
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
    </Flex>
  );
}

/** For which kind of cluster it is, and who has changed it last. */
export function PolicyOrigin({ body }: { readonly body: PolicyBody }) {
  const t = useT();
  return (
    <Typography.Text type="secondary">
      {body.environment === 'production'
        ? t('This is a production cluster (APP_ENV).')
        : t('This is not a production cluster (APP_ENV).')}{' '}
      <LastChange body={body} />
    </Typography.Text>
  );
}

interface BrokenProps {
  readonly problem: string;
  readonly readOnlyBy: string | undefined;
  readonly mayEdit: boolean;
}

/** What is not stored here cannot be mended here. */
function Broken({ problem, readOnlyBy, mayEdit }: BrokenProps) {
  const t = useT();
  const denied = t('The policy cannot be evaluated, so everything risky is denied: {{error}}', { error: problem });
  if (readOnlyBy !== undefined) return <Notice type="error" message={denied} />;
  return (
    <Notice
      type="error"
      message={t('The stored policy is broken: everything risky is denied until it is mended.')}
      description={
        <>
          <div>{problem}</div>
          <div>
            {mayEdit
              ? t('Import a good one, or save the one below.')
              : t('Who may edit the policy can mend it on the Policy tab.')}
          </div>
        </>
      }
    />
  );
}

function LastChange({ body: { revision, writtenBy, writtenAt, readOnlyBy } }: { readonly body: PolicyBody }) {
  const t = useT();
  const language = useLanguage();
  // The notice above says where it comes from.
  if (readOnlyBy !== undefined) return null;
  if (revision === 0 || writtenAt === undefined)
    return <>{t('The policy is the one that came with the installation.')}</>;
  return (
    <>{t('Last changed by {{name}}: {{when}}', { name: writtenBy ?? '?', when: formatDate(writtenAt, language) })}</>
  );
}

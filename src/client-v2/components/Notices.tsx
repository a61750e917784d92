import React from 'react';
import type { StatusBody } from '../../shared/api';
import { useT } from '../locale';
import { Notice } from './Notice';

/** What limits the page right now: no store configured, or none to be reached. */
export function Notices({ body }: { readonly body: StatusBody }) {
  if (!body.online) return <OfflineNotice message={body.message} name={body.selfName} />;
  return body.mode === 'single' ? <SingleNodeNotice message={body.message} /> : null;
}

function OfflineNotice({ message, name }: { readonly message: string; readonly name: string }) {
  const t = useT();
  return (
    <Notice
      type="error"
      message={t('The coordination is offline.')}
      description={
        <>
          {message !== '' && <div>{message}</div>}
          <div>{t('{{name}} keeps serving. Risky actions are refused until the coordination is back.', { name })}</div>
        </>
      }
    />
  );
}

function SingleNodeNotice({ message }: { readonly message: string }) {
  const t = useT();
  return (
    <Notice
      type="info"
      message={t('Single-node mode')}
      description={
        message !== ''
          ? message
          : t(
              'No Redis is configured, so this node knows of no others. To run several nodes, set CLUSTER_MAINTENANCE_REDIS_URL or REDIS_URL on each of them.',
            )
      }
    />
  );
}

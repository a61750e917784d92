import React from 'react';
import type { StatusBody } from '../../shared/api';
import { useT } from '../locale';
import { Notice } from './Notice';

/** What limits the cluster right now: no store configured, none to be reached, or no lock in the database. */
export function Notices({ body }: { readonly body: StatusBody }) {
  return (
    <>
      {!body.online && <OfflineNotice message={body.message} name={body.selfName} />}
      {body.online && body.mode === 'single' && <SingleNodeNotice message={body.message} />}
      {body.guarded === false && <UnguardedNotice />}
    </>
  );
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

function UnguardedNotice() {
  const t = useT();
  return (
    <Notice
      type="info"
      message={t('This database has no lock to share.')}
      description={t('Run only one node on it: several would not be guarded against each other.')}
    />
  );
}

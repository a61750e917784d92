import { Alert, type AlertProps } from 'antd';
import React from 'react';
import type { Decision, Verdict } from '../../../shared/policy';
import { useT } from '../../locale';
import { ReasonList } from '../ReasonList';

const TYPES: Readonly<Record<Decision, NonNullable<AlertProps['type']>>> = {
  allow: 'success',
  ask: 'info',
  approve: 'info',
  wait: 'warning',
  deny: 'error',
};

const TITLES: Readonly<Record<Decision, string>> = {
  allow: 'This may begin at once.',
  ask: 'This asks for your confirmation.',
  approve: 'This asks for the approval of a second admin.',
  wait: 'This cannot begin now, but later.',
  deny: 'This is not allowed now.',
};

/** The server's answer, with all of its reasons. */
export function VerdictNotice({ verdict: { decision, reasons } }: { readonly verdict: Verdict }) {
  const t = useT();
  return (
    <Alert
      type={TYPES[decision] ?? 'warning'}
      showIcon
      message={t(TITLES[decision] ?? decision)}
      description={reasons.length > 0 ? <ReasonList reasons={reasons} /> : undefined}
    />
  );
}

import React from 'react';
import { useT } from '../../locale';
import { adviceFor, hasReason } from '../words';
import { Advice } from './Advice';
import type { OfferProps } from './offer';
import { Buttons } from './Buttons';

/** No: who can change that, and how. */
export function Denial({ question, onLeave }: OfferProps) {
  const t = useT();
  const { reasons } = question.refusal.prospect.verdict;
  // The glass is not for what is no matter of policy.
  const fixed = hasReason(reasons, 'no-right', 'coordination-offline', 'operation-running');
  const glass = t(
    'In an emergency, who has the right to it can break the glass on the Policy tab, which sets the policy aside for some minutes.',
  );
  return (
    <>
      <Advice sentences={[...adviceFor(reasons, t), ...(fixed ? [] : [glass])]} />
      <Buttons focused onLeave={onLeave} />
    </>
  );
}

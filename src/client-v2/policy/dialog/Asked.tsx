import { Flex, Typography } from 'antd';
import React, { useState } from 'react';
import type { Decision } from '../../../shared/policy';
import { ProspectFacts } from '../ProspectFacts';
import { ApprovalOffer } from './ApprovalOffer';
import { ConfirmForm } from './ConfirmForm';
import { Denial } from './Denial';
import type { Arranged, AskedProps, OfferProps } from './offer';
import { WhatNext } from './WhatNext';
import { VerdictNotice } from './VerdictNotice';
import { WindowOffer } from './WindowOffer';

const OFFERS: Readonly<Record<Decision, (props: OfferProps) => JSX.Element>> = {
  allow: ConfirmForm,
  ask: ConfirmForm,
  approve: ApprovalOffer,
  wait: WindowOffer,
  deny: Denial,
};

/** One question: what would happen, what the policy says, and what can be done about it. */
export function Asked(props: AskedProps) {
  const [arranged, setArranged] = useState<Arranged>();
  const { prospect } = props.question.refusal;
  if (arranged) return <WhatNext arranged={arranged} onClose={props.onLeave} />;
  const Offer = OFFERS[prospect.verdict.decision] ?? Denial;
  return (
    <Flex vertical gap="middle">
      <Typography.Text code style={{ overflowWrap: 'anywhere' }}>
        {`${prospect.action} ${prospect.subject}`.trim()}
      </Typography.Text>
      <ProspectFacts prospect={prospect} />
      <VerdictNotice verdict={prospect.verdict} />
      <Offer {...props} onArranged={setArranged} />
    </Flex>
  );
}

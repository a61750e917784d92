import { Flex, Typography } from 'antd';
import React, { useState } from 'react';
import type { Decision } from '../../../shared/policy';
import { ProspectFacts } from '../ProspectFacts';
import type { Given, Question } from '../questions';
import { ApprovalOffer } from './ApprovalOffer';
import { ConfirmForm } from './ConfirmForm';
import { Denial } from './Denial';
import { WhatNext, type Arranged } from './WhatNext';
import { VerdictNotice } from './VerdictNotice';
import { WindowOffer } from './WindowOffer';

export interface AskedProps {
  readonly question: Question;
  /** The request is sent again with this. */
  readonly onGive: (given: Given) => void;
  /** It is not. */
  readonly onLeave: () => void;
}

export interface OfferProps extends AskedProps {
  /** Others, or the calendar, come first: the request of now has ended. */
  readonly onArranged: (arranged: Arranged) => void;
}

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

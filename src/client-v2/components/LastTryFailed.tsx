import React from 'react';
import { useT } from '../locale';
import type { AskedState } from '../status/asking';
import { Notice } from './Notice';

/** One lost answer is no news: networks do that. */
const FAILURES_THAT_SHOW = 2;

/** Above what was answered before: it may be old by now. */
export function LastTryFailed({ answer }: { readonly answer: AskedState<unknown> }) {
  const t = useT();
  const { problem, failures } = answer;
  if (!problem || failures < FAILURES_THAT_SHOW) return null;
  const message = t('There is no answer at the moment. What you see is from before.');
  return <Notice type="warning" message={message} description={problem.message || undefined} />;
}

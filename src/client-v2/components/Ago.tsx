import React, { memo } from 'react';
import { useLanguage } from '../locale';
import { formatAgo, formatMoment } from '../model/time';
import { useAge, type AnswerTime } from '../status/useAge';

export interface AgoProps {
  /** Milliseconds since 1970 by the server's clock. */
  readonly moment: number;
  readonly answer: AnswerTime;
}

/**
 * "5 minutes ago", counting by itself; the exact moment is its tooltip. It counts from the first answer that told of the
 * moment, so later ones concern it as little as they concern `useAge`.
 */
export const Ago = memo(AgoText, (before, after) => before.moment === after.moment);

function AgoText({ moment, answer }: AgoProps) {
  const language = useLanguage();
  const age = useAge(moment, answer);
  return (
    <time dateTime={new Date(moment).toISOString()} title={formatMoment(moment, language)}>
      {formatAgo(age, language)}
    </time>
  );
}

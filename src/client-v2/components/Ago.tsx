import React from 'react';
import { useLanguage } from '../locale';
import { formatAgo, formatMoment } from '../model/time';
import { useAge, type AnswerTime } from '../status/useAge';

export interface AgoProps {
  /** Milliseconds since 1970 by the server's clock. */
  readonly moment: number;
  readonly answer: AnswerTime;
}

/** "5 minutes ago", counting by itself; the exact moment is its tooltip. */
export function Ago({ moment, answer }: AgoProps) {
  const language = useLanguage();
  const age = useAge(moment, answer);
  return (
    <time dateTime={new Date(moment).toISOString()} title={formatMoment(moment, language)}>
      {formatAgo(age, language)}
    </time>
  );
}

import type { Calendar, Freeze, Period, WeeklyWindow } from '../../../shared/policy';
import type { Translate } from '../../locale';
import { dayNames, formatDate, formatShortDate } from '../moments';
import { nextWindow } from './nextWindow';

export function sayWeekly({ days, from, to }: WeeklyWindow, t: Translate, language: string): string {
  const names = dayNames(language);
  const said = [...days].sort((a, b) => a - b).map((day) => names[day - 1] ?? `${day}`);
  const hours = `${said.join(', ')} ${from}–${to}`;
  return to <= from ? t('{{hours}} (ends the next day)', { hours }) : hours;
}

export function sayPeriod({ from, to }: Period, language: string): string {
  return `${formatShortDate(from, language)} – ${formatDate(to, language)}`;
}

export function sayFreeze(freeze: Freeze, language: string): string {
  return `${sayPeriod(freeze, language)}: ${freeze.reason}`;
}

/** What matters about the calendar right now. */
export function sayNextWindow(calendar: Calendar, now: number, t: Translate, language: string): string {
  const next = nextWindow(calendar, now);
  if (!next) return t('No window is planned: what is only allowed in windows cannot be done.');
  const to = formatDate(next.to, language);
  if (next.from <= now) return t('A window is open until {{to}}.', { to });
  return t('The next window: {{from}} – {{to}}', { from: formatShortDate(next.from, language), to });
}

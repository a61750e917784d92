import React, { useMemo, useSyncExternalStore } from 'react';
import type { Announcement } from '../../shared/announcements';
import { UNSEEN } from '../components/Announcer';
import { useLanguage, useT } from '../locale';
import { useSecondWhile } from '../status/useAge';
import { Banner } from './Banner';
import { useSight } from './context';
import type { Dismissals } from './dismissals';
import { readingOf, shownAt } from './model';
import { serverNow, type Watch } from './watch';
import { headlineOf } from './words';

/** Above the host's drawers and dialogs, and below its messages and notifications. */
const LAYER = 2_000;

/** Over the app: nothing in it moves when a banner comes or goes. */
const PLACE = {
  position: 'fixed',
  insetInline: 0,
  bottom: 0,
  padding: 16,
  display: 'flex',
  justifyContent: 'center',
  pointerEvents: 'none',
  zIndex: LAYER,
} as const;

export interface BannerPlaceProps {
  readonly watch: Watch;
  readonly dismissals: Dismissals;
}

/** Where everybody is told. First in the page, so that the keyboard comes here first. */
export function BannerPlace({ watch, dismissals }: BannerPlaceProps) {
  const sight = useSight(watch);
  const { announcements } = sight;
  const { subscribe, current } = dismissals;
  const dismissed = useSyncExternalStore(subscribe, current, current);
  const now = serverNow(sight, useSecondWhile(announcements.length > 0));
  const shown = shownAt(announcements, dismissed, now);
  return (
    <div style={PLACE}>
      <ReadOut announcement={shown} now={now} />
      {shown && (
        <Banner announcement={shown} now={now} onDismiss={() => dismissals.dismiss(shown, now, announcements)} />
      )}
    </div>
  );
}

/** A status is read out politely: when it comes, and a few times before it begins. It is there before there is a text. */
function ReadOut({ announcement, now }: { readonly announcement: Announcement | undefined; readonly now: number }) {
  const t = useT();
  const language = useLanguage();
  const reading = announcement && readingOf(announcement, now);
  const text = useMemo(
    () => (announcement ? `${headlineOf(announcement, now, { t, language })}. ${announcement.message}` : ''),
    // Not with every second.
    [announcement?.id, announcement?.revision, reading, t, language],
  );
  return (
    <div role="status" style={UNSEEN}>
      {text}
    </div>
  );
}

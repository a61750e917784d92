import React from 'react';
import { describe, expect, it } from 'vitest';
import type { AnnouncedBody } from '../../../src/shared/announcements';
import { BannerPlace } from '../../../src/client-v2/announcements/BannerPlace';
import { AnnouncementsProvider } from '../../../src/client-v2/announcements/context';
import { createDismissals } from '../../../src/client-v2/announcements/dismissals';
import { keyOf } from '../../../src/client-v2/announcements/model';
import { PlannedPanel } from '../../../src/client-v2/announcements/PlannedPanel';
import type { Watch } from '../../../src/client-v2/announcements/watch';
import { markupOf, textOf } from '../render';

const MESSAGE = '<img src=x onerror=alert(1)> & <b>save</b>';
const NOW = Date.UTC(2026, 10, 26, 16, 18);
const one = {
  ...{ id: 'a', revision: 1, startsAt: NOW + 12 * 60_000, minutes: 20, message: MESSAGE },
  ...{ queued: false, announcedBy: 'Anna' },
};
const never = () => Promise.reject(new Error('A string asked the server.'));
const api = { announced: never, announce: never, withdraw: never };

function watchOf(announcements: AnnouncedBody['announcements']): Watch {
  const sight = { now: NOW, announcements, receivedAt: performance.now() + 60_000 };
  return { subscribe: () => () => {}, current: () => sight, refresh: () => {}, look: () => {}, stop: () => {} };
}

describe('the place of the banner', () => {
  it('has a status that is read out politely, also before there is something to say', () => {
    const markup = markupOf(<BannerPlace watch={watchOf([])} dismissals={createDismissals(undefined)} />);
    expect(markup).toMatch(/<div role="status"[^>]*><\/div>/);
    expect(markup).not.toContain('<section');
  });

  it('shows what the admin wrote as text', () => {
    const markup = markupOf(<BannerPlace watch={watchOf([one])} dismissals={createDismissals(undefined)} />);
    expect(markup).not.toMatch(/<img|<b>/);
    expect(markup.match(/&lt;img src=x onerror=alert\(1\)&gt; &amp; &lt;b&gt;save&lt;\/b&gt;/g)).toHaveLength(2);
    expect(markup).toContain('<section aria-label="Planned maintenance"');
    expect(markup).toContain('aria-label="Dismiss"');
    expect(markup).toContain('Maintenance in 12 minutes');
  });

  it('is empty, for screen readers too, when it was put aside', () => {
    const kept = { getItem: () => JSON.stringify({ [keyOf(one)]: 'early' }), setItem: () => {} };
    const markup = markupOf(<BannerPlace watch={watchOf([one])} dismissals={createDismissals(kept)} />);
    expect(markup).toMatch(/<div role="status"[^>]*><\/div>/);
    expect(markup).not.toContain('<section');
  });
});

describe('the page of the admins', () => {
  const pageWith = (announcements: AnnouncedBody['announcements']) => (
    <AnnouncementsProvider value={{ watch: watchOf(announcements), api }}>
      <PlannedPanel />
    </AnnouncementsProvider>
  );

  it('says that nothing is announced, and offers to', () => {
    expect(textOf(pageWith([]))).toBe('No maintenance is announced. Announce maintenance…');
  });

  it('shows what users read, who says so, and how to change it', () => {
    const text = textOf(pageWith([one]));
    for (const part of ['Announced by Anna', 'Maintenance in 12 minutes', 'Change…', 'Withdraw']) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('It waits for its window.');
    expect(textOf(pageWith([{ ...one, queued: true }]))).toContain('It waits for its window.');
  });

  it('says nothing where the app has no announcements', () => {
    expect(textOf(<PlannedPanel />)).toBe('');
  });
});

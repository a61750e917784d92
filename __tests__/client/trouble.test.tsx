import React from 'react';
import { describe, expect, it } from 'vitest';
import { OperationPanel } from '../../src/client-v2/components/OperationPanel';
import { SilentNodesNotice } from '../../src/client-v2/components/SilentNodesNotice';
import type { StatusBody } from '../../src/shared/api';
import { CLUSTER_PHASES, type OperationRecord, type WayOut } from '../../src/shared/domain';
import { held, NOW, operation, status, WAYS_OUT } from './fixtures';
import { LOCALES } from './i18n';
import { markupOf, textOf } from './render';

function panel(body: StatusBody) {
  const answer = { serverNow: NOW, receivedAt: performance.now() };
  return <OperationPanel body={body} answer={answer} stale={false} />;
}

const running = (over: Partial<OperationRecord>) => panel(status({ operation: operation(over) }));
const silentLeader = () => status({ operation: operation({ phase: 'working', changed: true }), waysOut: WAYS_OUT });

/** The buttons of a markup: what is written on them, and whether they can be pressed. */
function buttonsOf(markup: string) {
  return [...markup.matchAll(/<button([^>]*)>(.*?)<\/button>/g)].map(([, attributes = '', content = '']) => {
    return { text: content.replace(/<[^>]+>/g, ''), disabled: attributes.includes('disabled=""') };
  });
}

describe('an operation that has not changed anything', () => {
  it('can be cancelled, from the first moment to the end of the drain', () => {
    const offered = CLUSTER_PHASES.filter((phase) => textOf(running({ phase })).includes('Cancel operation…'));
    expect(offered).toEqual(['acquiring', 'draining']);
  });

  it('says who asked to cancel it, and is not cancelled twice', () => {
    const text = textOf(running({ cancelledBy: 'Grace' }));
    expect(text).toContain('Grace asked to cancel; the leader stops.');
    expect(text).not.toContain('Cancel operation…');
  });

  it('says who cancelled it while it aborts, and once it is over', () => {
    const aborting = textOf(running({ phase: 'aborting', cancelledBy: 'Grace', reason: 'node-1 disappeared.' }));
    expect(aborting).toMatch(/Nothing has been changed.*Cancelled by Grace · node-1 disappeared\./);
    expect(aborting).not.toContain('asked to cancel');
    const ended = operation({ result: 'aborted', endedAt: NOW, cancelledBy: 'Grace' });
    expect(textOf(panel(status({ lastOperation: ended })))).toMatch(/Aborted.*Requested by Ada · Cancelled by Grace/);
  });

  it('does not say it twice when the server’s sentence does', () => {
    const cancelled = { cancelledBy: 'Grace', reason: 'Cancelled by Grace before the first change.' };
    const ended = operation({ result: 'aborted', endedAt: NOW, ...cancelled });
    for (const element of [running({ phase: 'aborting', ...cancelled }), panel(status({ lastOperation: ended }))]) {
      expect(textOf(element).split('Cancelled by Grace')).toHaveLength(2);
    }
  });
});

describe('a held operation', () => {
  it('says what happened, who led, since when, and which attempt it was', () => {
    const text = textOf(panel(held({ attempt: 2 })));
    expect(text).toMatch(/What happened node-1 disappeared while .* changing the database\./);
    for (const part of ['Led by node-1', 'Stopped 3 minutes ago', 'Attempt 2']) expect(text).toContain(part);
  });

  it('says which node was asked to do it again, until that has begun', () => {
    expect(textOf(panel(held({ retryOn: 'boot-node-3' })))).toContain('node-3 was asked to do it again.');
    expect(textOf(panel(held({ retryOn: 'boot-gone' })))).toContain('boot-gone was asked');
    expect(textOf(panel(held()))).not.toContain('was asked');
  });

  it('does not count the first attempt', () => {
    expect(textOf(panel(held()))).not.toContain('Attempt');
  });

  it('lists every way out with what it does, and why some are closed', () => {
    const text = textOf(panel(held()));
    for (const { consequence, refusal } of WAYS_OUT) {
      expect(text).toContain(consequence);
      if (refusal) expect(text).toContain(refusal);
    }
    expect(buttonsOf(markupOf(panel(held()))).filter(({ text: words }) => words.endsWith('…'))).toEqual([
      { text: 'Resume…', disabled: false },
      { text: 'Do it again…', disabled: false },
      { text: 'Roll back…', disabled: true },
      { text: 'Take leadership away…', disabled: true },
    ]);
  });

  it('shows its journal on demand only', () => {
    const markup = markupOf(panel(held()));
    expect(markup).toMatch(/<button[^>]*aria-expanded="false"[^>]*aria-controls="[^"]+"/);
    expect(markup).toContain('Which nodes saw what');
    expect(markup).not.toContain('ant-timeline');
  });

  it('of a server that tells no ways out can still be resumed', () => {
    const { waysOut: _, ...older } = held();
    const text = textOf(panel(older));
    expect(text).toMatch(/Every node reloads .* Resume…/);
    expect(text).not.toContain('Do it again');
  });

  it('of a newer server shows ways out that this page has no words for', () => {
    const unknown = JSON.parse('{"resolution": "merge", "consequence": "Both are kept."}') as WayOut;
    expect(textOf(panel({ ...held(), waysOut: [unknown] }))).toMatch(/merge Both are kept\. merge…/);
  });

  it('without any way out says what happened all the same', () => {
    const text = textOf(panel({ ...held(), waysOut: [] }));
    expect(text).toContain('What happened');
    expect(text).not.toContain('Ways out');
  });
});

describe('an operation whose leader is silent after its first change', () => {
  it('says who does not answer, instead of that it is held', () => {
    const text = textOf(panel(silentLeader()));
    expect(text).toMatch(/node-1 does not answer\..*may still be at work.*Led by node-1.*Which nodes saw what/);
    expect(text).not.toContain('is held');
  });

  it('offers the same list of ways out', () => {
    expect(textOf(panel(silentLeader()))).toMatch(/Ways out Resume .* Take leadership away…/);
  });

  it('is not suspected while the server tells no ways out', () => {
    for (const body of [{ ...silentLeader(), waysOut: [] }, status({ operation: operation({ phase: 'working' }) })]) {
      expect(textOf(panel(body))).not.toMatch(/does not answer|Which nodes saw what/);
    }
  });
});

describe('silent nodes', () => {
  const [one, two] = ['node-3', 'node-4'].map((name) => ({ bootId: `boot-${name}`, name, silentMs: 42_000 }));
  const notice = (...nodes: (typeof one)[]) => <SilentNodesNotice nodes={nodes.filter((node) => node !== undefined)} />;

  it('are named, with how long they have been silent and why that blocks', () => {
    const text = textOf(notice(one));
    expect(text).toContain('1 process cannot be reached and blocks the operation');
    expect(text).toContain('may still write');
    expect(text).toMatch(/node-3 Last heard of 42 seconds ago Declare stopped…/);
  });

  it('have one button each, which says to whom it belongs', () => {
    const markup = markupOf(notice(one, two));
    for (const name of ['node-3', 'node-4']) expect(markup).toContain(`aria-label="Declare stopped… ${name}"`);
  });

  it('are no matter when there are none', () => {
    expect(markupOf(notice())).toBe('');
  });
});

describe.each(Object.keys(LOCALES))('in %s', (language) => {
  it('trouble is told in the language of the page, but for the server’s own sentences', () => {
    const silentNodes = [{ bootId: 'boot-3', name: 'node-3', silentMs: 42_000 }];
    const ended = operation({ result: 'aborted', endedAt: NOW, cancelledBy: 'Grace' });
    const text = [
      panel(held({ attempt: 2, reason: '' })),
      panel(silentLeader()),
      running({ cancelledBy: 'Grace' }),
      running({}),
      panel(status({ lastOperation: ended })),
      <SilentNodesNotice key="silent" nodes={silentNodes} />,
    ]
      .map((element) => textOf(element, language))
      .join(' ');
    expect(text).not.toMatch(/\{\{|_(one|few|many|other)\b/);
    const english = /What happened|Ways out|Which nodes|Led by|Attempt|Cancel\b|does not answer|Declare|Last heard/;
    expect(english.test(text)).toBe(language === 'en-US');
  });
});

import React from 'react';
import { describe, expect, it } from 'vitest';
import { JournalLines } from '../../src/client-v2/components/JournalLines';
import { JournalView } from '../../src/client-v2/components/OperationJournal';
import { RequestProblem } from '../../src/client-v2/status/api';
import type { Journal } from '../../src/client-v2/status/useJournal';
import { JOURNAL_EVENTS } from '../../src/shared/domain';
import { journal, operation } from './fixtures';
import { LOCALES } from './i18n';
import { markupOf, textOf } from './render';

const reading: Journal = { body: undefined, busy: true, problem: undefined, reload: () => undefined };
const read: Journal = { ...reading, busy: false, body: { operation: operation(), journal: journal(3) } };
const away = new RequestProblem('unreachable', '');

describe('the journal', () => {
  it('tells of each line when, who and what, in the order of the server', () => {
    const text = textOf(<JournalLines lines={journal(3)} />);
    expect(text).toMatch(
      /:00\D+node-1 Work: line 1\. .*:01\D+node-1 Work: line 2\. .*:02\D+node-1 Guard lost: line 3\./,
    );
  });

  it('is no wall: the last twelve lines first, and how many are left out', () => {
    const text = textOf(<JournalLines lines={journal(40)} />);
    expect(text).toContain('Show 28 earlier lines');
    expect(text).not.toContain('line 28.');
    for (const line of ['line 29.', 'line 40.']) expect(text).toContain(line);
  });

  it('offers nothing more when that is all', () => {
    expect(textOf(<JournalLines lines={journal(12)} />)).not.toContain('earlier');
    expect(textOf(<JournalLines lines={journal(13)} />)).toContain('Show 1 earlier line ');
  });

  it('says that there are no lines', () => {
    expect(textOf(<JournalLines lines={[]} />)).toContain('No lines are known.');
  });

  it('is an outline until it is there', () => {
    const markup = markupOf(<JournalView journal={reading} />);
    expect(markup).toContain('aria-busy="true"');
    expect(markup).toContain('ant-skeleton');
  });

  it('says why it could not be read, and offers to try again', () => {
    const denied = new RequestProblem('denied', 'No permissions');
    const text = textOf(<JournalView journal={{ ...reading, busy: false, problem: denied }} />);
    expect(text).toMatch(/could not be read\. No permissions.*Read again/);
  });

  it('keeps what was read when a later try fails', () => {
    const text = textOf(<JournalView journal={{ ...read, problem: away }} />);
    expect(text).toMatch(/could not be read\. There was no answer\..*line 3\./);
  });
});

describe.each(Object.keys(LOCALES))('in %s', (language) => {
  it('every kind of line has words', () => {
    const [line] = journal(1);
    const lines = JOURNAL_EVENTS.flatMap((event, seq) => (line ? [{ ...line, event, seq }] : []));
    const text =
      textOf(<JournalLines lines={lines.slice(-12)} />, language) +
      textOf(<JournalLines lines={lines.slice(0, 12)} />, language);
    expect(text).not.toMatch(/\b(operation|node|lease|guard|work)\.[a-z]/);
    if (language !== 'en-US')
      expect(text).not.toMatch(/Operation|Phase|Waits|Lease (taken|lost|restored)|Guard|Work|Cancel\b|earlier/);
  });
});

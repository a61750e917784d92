import React, { type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { DecideProvider } from '../../src/client-v2/decisions/DecisionProvider';
import { ClusterApiProvider, type ClusterApi } from '../../src/client-v2/status/api';
import { hostI18n } from './i18n';

/** Effects do not run in a string: nobody asks it anything, and nobody clicks. */
const unasked = () => Promise.reject(new Error('A string asked the server.'));
const SILENT: ClusterApi = {
  status: unasked,
  operation: unasked,
  history: unasked,
  settings: unasked,
  cancel: unasked,
  resolve: unasked,
  declareStopped: unasked,
  rollBack: unasked,
  enter: unasked,
  exit: unasked,
  letIn: unasked,
};
const unclicked = () => {
  throw new Error('A string was clicked.');
};

/** What a person reads: the markup without its tags. */
export function textOf(element: ReactElement, language = 'en-US'): string {
  return markupOf(element, language)
    .replace(/<style[^]*?<\/style>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

export function markupOf(element: ReactElement, language = 'en-US'): string {
  return renderToStaticMarkup(
    <I18nextProvider i18n={hostI18n(language)}>
      <ClusterApiProvider value={SILENT}>
        <DecideProvider value={unclicked}>{element}</DecideProvider>
      </ClusterApiProvider>
    </I18nextProvider>,
  );
}

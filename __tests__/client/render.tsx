import { createInstance } from 'i18next';
import React, { type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider, initReactI18next } from 'react-i18next';
import { NAMESPACE } from '../../src/client-v2/constants';
import { ClusterApiProvider, type ClusterApi } from '../../src/client-v2/status/api';
import en from '../../src/locale/en-US.json';
import uk from '../../src/locale/uk-UA.json';
import zh from '../../src/locale/zh-CN.json';

export const LOCALES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'en-US': en,
  'zh-CN': zh,
  'uk-UA': uk,
};

/** i18next set up as the host does it: sentences as keys, so nothing in a key may separate. */
export function hostI18n(language: string) {
  const i18n = createInstance();
  void i18n.use(initReactI18next).init({
    lng: language,
    defaultNS: 'client',
    resources: {},
    keySeparator: false,
    nsSeparator: false,
    initImmediate: false,
  });
  for (const [each, resources] of Object.entries(LOCALES)) i18n.addResources(each, NAMESPACE, resources);
  return i18n;
}

/** Effects do not run in a string: nobody asks it anything. */
const SILENT: ClusterApi = {
  status: () => Promise.reject(new Error('asked for the status')),
  resolve: () => Promise.reject(new Error('asked to resolve')),
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
      <ClusterApiProvider value={SILENT}>{element}</ClusterApiProvider>
    </I18nextProvider>,
  );
}

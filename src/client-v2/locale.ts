import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { NAMESPACE } from './constants';

export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** React escapes what it renders; the host's i18next would do it a second time. */
const INTERPOLATION = { escapeValue: false };

/** Translates in the plugin's namespace. Keys are English sentences: what is shown where a language has none. */
export function useT(): Translate {
  const { t } = useTranslation(NAMESPACE);
  return useCallback<Translate>((key, values) => String(t(key, { ...values, interpolation: INTERPOLATION })), [t]);
}

/** The language of the page, safe to hand to `Intl`. */
export function useLanguage(): string {
  const { i18n } = useTranslation(NAMESPACE);
  return useMemo(() => supportedLanguage(i18n.language), [i18n.language]);
}

/** NocoBase may name a language in a way that `Intl` refuses, such as `zh_CN`. */
export function supportedLanguage(language: string | undefined): string {
  try {
    return Intl.getCanonicalLocales((language ?? '').replace('_', '-'))[0] ?? 'en-US';
  } catch {
    return 'en-US';
  }
}

import { createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { NAMESPACE } from '../../src/client-v2/constants';
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

import { createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { NAMESPACE } from '../../src/client-v2/constants';
import de from '../../src/locale/de-DE.json';
import en from '../../src/locale/en-US.json';
import es from '../../src/locale/es-ES.json';
import fr from '../../src/locale/fr-FR.json';
import hu from '../../src/locale/hu-HU.json';
import id from '../../src/locale/id-ID.json';
import it from '../../src/locale/it-IT.json';
import ja from '../../src/locale/ja-JP.json';
import ko from '../../src/locale/ko-KR.json';
import nl from '../../src/locale/nl-NL.json';
import pt from '../../src/locale/pt-BR.json';
import ru from '../../src/locale/ru-RU.json';
import tr from '../../src/locale/tr-TR.json';
import uk from '../../src/locale/uk-UA.json';
import vi from '../../src/locale/vi-VN.json';
import zh from '../../src/locale/zh-CN.json';
import tw from '../../src/locale/zh-TW.json';

export const LOCALES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'de-DE': de,
  'en-US': en,
  'es-ES': es,
  'fr-FR': fr,
  'hu-HU': hu,
  'id-ID': id,
  'it-IT': it,
  'ja-JP': ja,
  'ko-KR': ko,
  'nl-NL': nl,
  'pt-BR': pt,
  'ru-RU': ru,
  'tr-TR': tr,
  'uk-UA': uk,
  'vi-VN': vi,
  'zh-CN': zh,
  'zh-TW': tw,
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

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Texts = Readonly<Record<string, string>>;

/** The languages that NocoBase's own plugins speak. */
export const LANGUAGES = [
  'de-DE',
  'en-US',
  'es-ES',
  'fr-FR',
  'hu-HU',
  'id-ID',
  'it-IT',
  'ja-JP',
  'ko-KR',
  'nl-NL',
  'pt-BR',
  'ru-RU',
  'tr-TR',
  'uk-UA',
  'vi-VN',
  'zh-CN',
  'zh-TW',
] as const;
export type Language = (typeof LANGUAGES)[number];

const FOLDER = 'src/locale';

export const languageFiles = () => readdirSync(FOLDER).sort();

export const textsOf = (language: Language): Texts =>
  JSON.parse(readFileSync(join(FOLDER, `${language}.json`), 'utf8')) as Texts;

/**
 * Values that are the English ones because the language says it so, each with the reason. Whoever adds one has looked
 * for a word of the language's own first.
 */
export const SAME_AS_ENGLISH: readonly {
  readonly key: string;
  readonly languages: readonly Language[];
  readonly because: string;
}[] = [
  { key: 'Version', languages: ['de-DE', 'fr-FR'], because: 'the word is the same in German and French' },
  { key: 'Installation', languages: ['fr-FR'], because: 'the word is French' },
  { key: 'Maintenance', languages: ['fr-FR'], because: 'the word is French' },
  { key: 'Node', languages: ['id-ID', 'nl-NL'], because: 'operators there say node, as Kubernetes does' },
  { key: 'Nodes', languages: ['nl-NL'], because: 'operators there say nodes, as Kubernetes does' },
];

/** Letters that a text in the language has at least one of. Latin is in most texts, as names and abbreviations. */
export const LETTERS: Readonly<Partial<Record<Language, RegExp>>> = {
  'ja-JP': /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  'ko-KR': /\p{Script=Hangul}/u,
  'ru-RU': /\p{Script=Cyrillic}/u,
  'uk-UA': /\p{Script=Cyrillic}/u,
  'zh-CN': /\p{Script=Han}/u,
  'zh-TW': /\p{Script=Han}/u,
};

/** Letters of the neighbour that is easily taken for the language. */
export const FOREIGN_LETTERS: Readonly<Partial<Record<Language, RegExp>>> = {
  'ru-RU': /[іїєґ]/i,
  'uk-UA': /[ыэъё]/i,
  'zh-CN': /[們這設備節點維護務請連開關啟動發現庫寫讀數據進終續類]/,
  'zh-TW': /[们这设备节维护务请连开关启动发现库写读数据进终续类]/,
};

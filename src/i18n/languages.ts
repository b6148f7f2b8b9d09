import type { Enums } from '~/lib/database.types.ts';

/** What a language is to the portal. */
interface LanguageInfo {
  /** Its own name, in its own script. */
  name: string;
  direction: 'ltr' | 'rtl';
  /** ISO 15924. */
  script: 'Latn' | 'Arab' | 'Cyrl' | 'Ethi';
  /**
   * Which texts the portal has in it: all of them, or those that residents see (staff then read bokmål: staff-texts.ts). Null: none;
   * what people write (notices, activities, advice, letters) may be translated into it all the same.
   */
  covers: 'whole' | 'residents' | null;
  /** How dates, numbers and lists are written, where it is not what `tagOf` makes of the code. */
  tag?: string;
  /** The forms that a count can ask for (CLDR), `other` last; a test asks `Intl.PluralRules`. */
  plurals: readonly [...Exclude<Intl.LDMLPluralRule, 'other'>[], 'other'];
}

/** Every language, in the order in which they are offered. The only list: see CONTRIBUTING, "Add a language". */
export const languageList = {
  nb: {
    name: 'Norsk',
    direction: 'ltr',
    script: 'Latn',
    covers: 'whole',
    tag: 'nb-NO',
    plurals: ['one', 'other'],
  },
  en: {
    name: 'English',
    direction: 'ltr',
    script: 'Latn',
    covers: 'whole',
    tag: 'en-GB',
    plurals: ['one', 'other'],
  },
  ar: {
    name: 'العربية',
    direction: 'rtl',
    script: 'Arab',
    covers: null,
    plurals: ['zero', 'one', 'two', 'few', 'many', 'other'],
  },
  so: {
    name: 'Soomaali',
    direction: 'ltr',
    script: 'Latn',
    covers: null,
    plurals: ['one', 'other'],
  },
  ti: { name: 'ትግርኛ', direction: 'ltr', script: 'Ethi', covers: null, plurals: ['one', 'other'] },
  ur: { name: 'اردو', direction: 'rtl', script: 'Arab', covers: null, plurals: ['one', 'other'] },
  pl: {
    name: 'Polski',
    direction: 'ltr',
    script: 'Latn',
    covers: null,
    plurals: ['one', 'few', 'many', 'other'],
  },
  uk: {
    name: 'Українська',
    direction: 'ltr',
    script: 'Cyrl',
    covers: null,
    plurals: ['one', 'few', 'many', 'other'],
  },
  fa: { name: 'فارسی', direction: 'rtl', script: 'Arab', covers: null, plurals: ['one', 'other'] },
  es: {
    name: 'Español',
    direction: 'ltr',
    script: 'Latn',
    covers: null,
    plurals: ['one', 'many', 'other'],
  },
  tr: {
    name: 'Türkçe',
    direction: 'ltr',
    script: 'Latn',
    covers: null,
    plurals: ['one', 'other'],
  },
  fr: {
    name: 'Français',
    direction: 'ltr',
    script: 'Latn',
    covers: null,
    plurals: ['one', 'many', 'other'],
  },
} as const satisfies Record<string, LanguageInfo>;

type List = typeof languageList;
export type LanguageCode = keyof List;
/** Of a page: what the portal itself speaks. */
export type Locale = {
  [Code in LanguageCode]: List[Code]['covers'] extends null ? never : Code;
}[LanguageCode];
/** What texts can be added in; what people write first is in `ownLanguage`. */
export type Language = Exclude<LanguageCode, typeof ownLanguage>;

/** Of the texts that need no translation, of what is printed for everybody, and of what another language lacks. */
export const ownLanguage = 'nb' satisfies LanguageCode;
/** Stands beside the Norwegian on letters, signs, slips and ballots, and no phone is taken to ask for it. */
export const bridgeLanguage = 'en' satisfies Locale;

// The database knows the same: base/languages.sql.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
true satisfies Same<Locale, Enums<'locale'>>;

const codes = Object.keys(languageList) as LanguageCode[];
/** What the portal speaks: the choice of language. */
export const locales = codes.filter((code): code is Locale => languageList[code].covers !== null);
export const languages = codes.filter((code): code is Language => code !== ownLanguage);

/** By code; what is in no list is printed like the own language. */
const known: Record<string, LanguageInfo | undefined> = { ...languageList };
const infoOf = (code: string): LanguageInfo => known[code] ?? languageList[ownLanguage];

export const isLanguage = (code: unknown): code is Language => languages.includes(code as Language);
export const nameOf = (code: string): string => infoOf(code).name;
export const scriptOf = (code: string): LanguageInfo['script'] => infoOf(code).script;
export const directionOf = (code: string): LanguageInfo['direction'] => infoOf(code).direction;
/** Whether staff too read in it. */
export const coversStaff = (locale: Locale): boolean => infoOf(locale).covers === 'whole';
export const pluralsOf = (code: string) => infoOf(code).plurals;

/**
 * What `Intl` is asked for: western digits, the Gregorian calendar, a clock of 24 hours and weeks from Monday, whatever is usual in
 * the language: they must match the sign on the door, the letter and the phone.
 */
export const tagOf = (code: string): string =>
  infoOf(code).tag ?? `${code}-u-ca-gregory-fw-mon-hc-h23-nu-latn`;

/** For the tests' own language alone: pseudo.ts. */
export function addLanguage(code: string, info: LanguageInfo) {
  known[code] = info;
}

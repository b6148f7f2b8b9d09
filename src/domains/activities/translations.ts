import { z } from 'astro/zod';
import type { Locale } from '~/i18n/index.ts';
import { id, optionalText, text } from '~/lib/forms.ts';

/** The languages a text can be added in, by their own names; the text of the activity itself is Norwegian. */
export const languageNames = {
  en: 'English',
  ar: 'العربية',
  so: 'Soomaali',
  ti: 'ትግርኛ',
  ur: 'اردو',
  pl: 'Polski',
  uk: 'Українська',
  fa: 'فارسی',
  es: 'Español',
  tr: 'Türkçe',
  fr: 'Français',
} as const;
export type Language = keyof typeof languageNames;
export const languages = Object.keys(languageNames) as Language[];
/** Of the texts that need none. */
export const ownLanguage = 'nb';
export const ownLanguageName = 'Norsk';

const rightToLeft = new Set<string>(['ar', 'ur', 'fa']);
export const directionOf = (language: string): 'rtl' | 'ltr' =>
  rightToLeft.has(language) ? 'rtl' : 'ltr';

/** An activity's name and text in another language. */
export interface Translation {
  language: Language;
  title: string;
  body: string | null;
}

const language = z.enum(languages, { error: 'form.required' });
export const translationForm = z.object({
  id: id(),
  language,
  title: text(120),
  body: optionalText(4000),
});
export type TranslationInput = z.output<typeof translationForm>;
export const removeTranslationForm = z.object({ id: id(), language });

/** What a page prints: the words, in which language, and which way they run. */
export interface Words {
  language: string;
  direction: 'rtl' | 'ltr';
  title: string;
  body: string | null;
}

const wordsOf = ({
  language,
  title,
  body,
}: { language: string } & Omit<Translation, 'language'>) => ({
  language,
  direction: directionOf(language),
  title,
  body,
});

/** All there is, the activity's own words first. */
export const allWords = (
  activity: { title: string; body: string | null },
  translations: Translation[],
): [Words, ...Words[]] => [
  wordsOf({ ...activity, language: ownLanguage }),
  ...translations.map(wordsOf),
];

/** The version to show: the language that was asked for, else the visitor's, else the activity's own words. */
export function chooseWords(
  [own, ...others]: [Words, ...Words[]],
  asked: string | null,
  locale: Locale,
): Words {
  const all = [own, ...others];
  const inLanguage = (wanted: string | null) => all.find(({ language }) => language === wanted);
  return inLanguage(asked) ?? inLanguage(locale) ?? own;
}

export const nameOfLanguage = (language: string): string =>
  (languageNames as Record<string, string>)[language] ?? ownLanguageName;

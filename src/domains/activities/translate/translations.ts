import { z } from 'astro/zod';
import { id, optionalText, text } from '~/lib/forms.ts';
import { languages, ownLanguage, type Language } from '~/i18n/languages.ts';
import { wordsOf, type Words } from '~/lib/languages.ts';
import { lengths } from '~/lib/numbers.ts';

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
  title: text(lengths.activity_translations.title),
  body: optionalText(lengths.activity_translations.body),
});
export type TranslationInput = z.output<typeof translationForm>;
export const removeTranslationForm = z.object({ id: id(), language });

/** All there is, the activity's own words first. */
export const allWords = (
  activity: { title: string; body: string | null },
  translations: Translation[],
): [Words, ...Words[]] => [
  wordsOf({ ...activity, language: ownLanguage }),
  ...translations.map(wordsOf),
];

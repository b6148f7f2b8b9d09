import { z } from 'astro/zod';
import { id, text } from '~/lib/forms.ts';
import { languages } from '~/i18n/languages.ts';
import { lengths } from '~/lib/numbers.ts';

const language = z.enum(languages, { error: 'form.required' });
/** Other scripts and languages take more room than the original's 2000 signs. */
export const translationForm = z.object({
  id: id(),
  language,
  title: text(lengths.notice_translations.title),
  body: text(lengths.notice_translations.body),
});
export type TranslationInput = z.output<typeof translationForm>;
export const removeTranslationForm = z.object({ id: id(), language });

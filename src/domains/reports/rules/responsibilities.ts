import { z } from 'astro/zod';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { optionalText } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import { reportThings, type ReportThing } from '~/domains/reports/reports.ts';
import { locales, ownLanguage, type Locale } from '~/i18n/languages.ts';

type ResponsibleParty = Enums<'responsible_party'>;
export const responsibleParties = Constants.public.Enums.responsible_party;

/** Whose job a thing is, in a flat or in the common areas. */
export interface Responsibility {
  thing: ReportThing;
  isCommon: boolean;
  party: ResponsibleParty;
  /** What the tenant does first or alone, for its reader. */
  advice: string | null;
  /** Norwegian where it is not translated. */
  adviceLanguage: string;
}

/** The same with its words in all languages, for those who edit it. */
export interface EditedResponsibility extends Omit<Responsibility, 'adviceLanguage'> {
  translations: { language: string; advice: string }[];
}

/** The languages that the landlord writes advice in beside Norwegian: those of the portal. */
export const adviceLanguages = locales.filter((locale) => locale !== ownLanguage);
/** The field of a language in the form. */
export const adviceField = <Code extends Locale>(language: Code) => `advice_${language}` as const;
const inOtherLanguages = Object.fromEntries(
  adviceLanguages.map((language) => [adviceField(language), optionalText(600)]),
);

export const responsibilityForm = z.object({
  thing: z.enum(reportThings),
  isCommon: z.enum(['true', 'false']),
  party: z.enum(responsibleParties, { error: 'form.required' }),
  advice: optionalText(lengths.responsibilities.advice),
  ...inOtherLanguages,
});
export type ResponsibilityInput = z.output<typeof responsibilityForm>;

/** What was typed in each other language; null where there is nothing. */
export const typedAdvice = (input: ResponsibilityInput) =>
  adviceLanguages.map((language) => ({
    language,
    advice: (input as Record<string, string | null>)[adviceField(language)] ?? null,
  }));

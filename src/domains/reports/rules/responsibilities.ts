import { z } from 'astro/zod';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { optionalText } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import { reportThings, type ReportThing } from '~/domains/reports/reports.ts';

type ResponsibleParty = Enums<'responsible_party'>;
export const responsibleParties = Constants.public.Enums.responsible_party;

/** Whose job a thing is, in a flat or in the common areas. */
export interface Responsibility {
  thing: ReportThing;
  isCommon: boolean;
  party: ResponsibleParty;
  /** What the tenant does first or alone, in the reader's language. */
  advice: string | null;
}

/** The same with its words in both languages, for those who edit it. */
export interface EditedResponsibility extends Responsibility {
  adviceEn: string | null;
}

export const responsibilityForm = z.object({
  thing: z.enum(reportThings),
  isCommon: z.enum(['true', 'false']),
  party: z.enum(responsibleParties, { error: 'form.required' }),
  advice: optionalText(lengths.responsibilities.advice),
  adviceEn: optionalText(lengths.responsibilities.advice_en),
});
export type ResponsibilityInput = z.output<typeof responsibilityForm>;

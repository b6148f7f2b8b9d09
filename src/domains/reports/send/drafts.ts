import { z } from 'astro/zod';
import { Constants } from '~/lib/database.types.ts';
import { id, optionalText, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import { reportForm, type ReportAccess } from '~/domains/reports/reports.ts';

/** What is typed in "Meld feil" and not sent. */
export interface ReportDraft {
  id: string;
  description: string;
  access: ReportAccess | null;
  contact: string | null;
  /** Ids of stored pictures. */
  photos: string[];
  arePhotosShared: boolean;
}

const typed = {
  id: id(),
  access: z
    .enum(Constants.public.Enums.report_access)
    .nullish()
    .transform((value) => value ?? null),
  contact: optionalText(lengths.report_drafts.contact),
  arePhotosShared: reportForm.shape.arePhotosShared,
};

/** The step where it is written. Pictures are read by the action before this is judged. */
export const describeForm = z.object({
  ...typed,
  description: text(lengths.report_drafts.description),
});

/** The same while it is being typed: nothing has to be there yet. */
export const draftForm = z.object({
  ...typed,
  description: optionalText(lengths.report_drafts.description).transform((value) => value ?? ''),
});

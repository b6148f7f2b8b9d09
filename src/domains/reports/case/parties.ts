import { z } from 'astro/zod';
import { id, optionalText } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import type { ReportLine } from '~/domains/reports/reports.ts';

/** How a case hangs together with others, by their numbers. */
export interface Merges {
  /** The case it is merged into. */
  into: number | null;
  /** What was merged into this one; its reporter goes on writing there. Staff only. */
  here: { number: number; awaitsAnswer: boolean }[];
  /** What it could be merged with. Staff only. */
  similar: ReportLine[];
}
export const noMerges: Merges = { into: null, here: [], similar: [] };

export const chaseForm = z.object({
  reportId: id(),
  body: optionalText(lengths.report_messages.body),
});
export const objectForm = z.object({ reportId: id() });
export const shareForm = z.object({ reportId: id(), areShared: z.enum(['true', 'false']) });
export const unmergeForm = z.object({ reportId: id() });

const caseNumber = z
  .string()
  .trim()
  .regex(/^\d{0,15}$/, 'form.invalid')
  .nullish();
/** One of those proposed, or a number that was written; what was written goes first. */
export const mergeForm = z.object({ reportId: id(), into: caseNumber, number: caseNumber });

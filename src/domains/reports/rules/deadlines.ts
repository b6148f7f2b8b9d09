import { z } from 'astro/zod';
import { reportThings, type ReportThing } from '~/domains/reports/reports.ts';

/** How long a case may take; null where the landlord promises nothing. */
export interface Deadline {
  days: number;
  isWorkingDays: boolean;
}
export interface ThingDeadlines {
  thing: ReportThing;
  usual: Deadline | null;
  urgent: Deadline | null;
}

const days = z
  .string()
  .trim()
  .regex(/^\d*$/, 'reports.deadlines.days_wrong')
  .refine((value) => Number(value) <= 365, 'reports.deadlines.days_wrong')
  .nullish()
  .transform((value) => (value ? Number(value) : null));
const kind = z.enum(['working', 'calendar'], { error: 'form.required' });

/** One thing at a time: an empty number takes the promise away. */
export const deadlineForm = z.object({
  thing: z.enum(reportThings),
  days,
  kind,
  urgentDays: days,
  urgentKind: kind,
});
export type DeadlineInput = z.output<typeof deadlineForm>;

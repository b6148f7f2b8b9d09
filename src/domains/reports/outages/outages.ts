import { z } from 'astro/zod';
import { id, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import { reportThings, type Outage, type ReportThing } from '~/domains/reports/reports.ts';

/** An outage in a list. */
export interface PostedOutage extends Outage {
  /** Null for those who may not see the case. */
  reportNumber: number | null;
  thing: ReportThing;
  place: string;
}

export const outageForm = z.object({
  id: id(),
  placeId: id(),
  thing: z.enum(reportThings, { error: 'form.required' }),
  body: text(lengths.outages.body),
  expectedOn: z
    .union([z.literal(''), z.iso.date({ error: 'form.invalid' })])
    .nullish()
    .transform((day) => day || null),
});
export type OutageInput = z.output<typeof outageForm>;

export const takeDownForm = z.object({ reportId: id() });

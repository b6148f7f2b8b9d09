import { z } from 'astro/zod';
import { id, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';

/** What the consultant does to a vote that stands: shows, opens, extends, stops, removes. */
export const pollIdForm = z.object({ id: id() });

/** `seen` is the version that stood on the page: only what was looked at is opened. */
export const seenForm = z.object({ id: id(), seen: z.string().max(20) });

export const extendForm = z.object({
  id: id(),
  closesOn: z.iso.date({ error: 'form.required', abort: true }),
  closesAt: z.iso.time({ error: 'form.required', abort: true, precision: -1 }),
  reason: text(lengths.polls.extension_reason),
});
export type ExtendInput = z.output<typeof extendForm>;

export const stopForm = z.object({
  id: id(),
  reason: text(lengths.polls.extension_reason),
  confirmed: z.literal('yes', { error: 'polls.stop.unconfirmed' }),
  /** It was only shown: there were no votes to delete. */
  planned: z.literal('yes').nullish(),
});

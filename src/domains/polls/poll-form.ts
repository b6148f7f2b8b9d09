import { z } from 'astro/zod';
import { id, optionalText, text } from '~/lib/forms.ts';
import { osloInstant } from '~/lib/time.ts';
import { pollRules } from './polls.ts';

const most = 100_000_000;
export const maxOptions = 20;

/** Whole kroner as people write them ("25 000 kr"); empty is null. */
export const amount = () =>
  z
    .string()
    .nullish()
    .transform((typed) => typed?.replace(/\s|kr\.?|,-/g, '') || null)
    .refine((digits) => digits === null || (/^\d{1,9}$/.test(digits) && Number(digits) <= most), {
      error: 'polls.amount_invalid',
    })
    .transform((digits) => (digits === null ? null : Number(digits)));

/**
 * The consultant's form. The rows of options come as lists of equal length: for each approved proposal its id and
 * cost (and its id once more in `chosen` when it is ticked), and for each option of our own a title and a cost.
 */
const fields = z.object({
  id: id(),
  title: text(120),
  body: optionalText(2000),
  decides: text(500),
  budget: amount(),
  afterwards: text(500),
  rule: z.enum(pollRules, { error: 'form.required' }),
  // Aborting: what is no day or clock has no instant to compare.
  closesOn: z.iso.date({ error: 'form.required', abort: true }),
  closesAt: z.iso.time({ error: 'form.required', abort: true, precision: -1 }),
  chosen: z.array(id()),
  proposalId: z.array(id()),
  proposalCost: z.array(amount()),
  optionTitle: z.array(z.string().trim().max(120, 'form.too_long')),
  optionCost: z.array(amount()),
});
export type PollInput = z.output<typeof fields>;

export const pollForm = fields
  .refine((form) => closingTime(form) > new Date(), {
    path: ['closesOn'],
    error: 'polls.closes_too_early',
  })
  .refine((form) => optionsOf(form).length >= 2, {
    path: ['optionTitle'],
    error: 'polls.too_few_options',
  })
  .refine((form) => optionsOf(form).length <= maxOptions, {
    path: ['optionTitle'],
    error: 'polls.too_many_options',
  });

export const closingTime = (form: Pick<PollInput, 'closesOn' | 'closesAt'>) =>
  osloInstant(form.closesOn, form.closesAt);

/** The options as the database takes them: the ticked proposals first, then our own with a title. */
export function optionsOf(
  form: Pick<PollInput, 'chosen' | 'proposalId' | 'proposalCost' | 'optionTitle' | 'optionCost'>,
) {
  const proposals = form.proposalId
    .map((proposal_id, n) => ({ proposal_id, cost_nok: form.proposalCost[n] ?? null }))
    .filter(({ proposal_id }) => form.chosen.includes(proposal_id));
  const own = form.optionTitle
    .map((title, n) => ({ title, cost_nok: form.optionCost[n] ?? null }))
    .filter(({ title }) => title);
  return [...proposals, ...own];
}

export const pollIdForm = z.object({ id: id() });

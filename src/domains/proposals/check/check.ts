import { z } from 'astro/zod';
import { id, optionalText } from '~/lib/forms.ts';
import { amount } from '~/lib/money.ts';
import { lengths } from '~/lib/numbers.ts';
import type { Proposal } from '~/domains/proposals/proposals.ts';

export const checkForm = z.object({
  id: id(),
  isPossible: z.stringbool(),
  cost: amount(),
  reason: optionalText(lengths.proposals.check_reason),
});
export type CheckInput = z.output<typeof checkForm>;

/** A proposal that waits for Boligbygg, with its building. */
export type ToCheck = Proposal & { block: { name: string; slug: string } };

import { z } from 'astro/zod';
import { proposalKinds } from '~/domains/proposals/proposals.ts';
import { id, optionalText, text } from '~/lib/forms.ts';

export const decisionForm = z.object({
  id: id(),
  approve: z.stringbool(),
  answer: optionalText(1000),
  /** What it is, when its author chose wrongly. */
  kind: z.enum(proposalKinds, { error: 'form.required' }).nullish(),
});

export type Decision = z.output<typeof decisionForm>;

/** A question, or the answer to one; `messageId` makes a second press the same line. */
export const messageForm = z.object({ id: id(), messageId: id(), body: text(1000) });

export const mergeForm = z.object({ id: id(), into: id() });

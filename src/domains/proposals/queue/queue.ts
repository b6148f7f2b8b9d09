import { z } from 'astro/zod';
import { proposalKinds } from '~/domains/proposals/proposals.ts';
import { id, optionalText, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import { templateField } from '~/domains/moderation/reason.ts';

export const decisionForm = z.object({
  id: id(),
  approve: z.stringbool(),
  /** The reason of a no; ignored for a yes. */
  template: templateField(),
  answer: optionalText(900),
  /** What it is, when its author chose wrongly. */
  kind: z.enum(proposalKinds, { error: 'form.required' }).nullish(),
});

/** The answer as it is stored: a usual reason stands in it by its name. */
export type Decision = Omit<z.output<typeof decisionForm>, 'template'>;

/** A question, or the answer to one; `messageId` makes a second press the same line. */
export const messageForm = z.object({
  id: id(),
  messageId: id(),
  body: text(lengths.proposal_messages.body),
});

export const mergeForm = z.object({ id: id(), into: id() });

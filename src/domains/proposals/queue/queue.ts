import { z } from 'astro/zod';
import { id, optionalText, text } from '~/lib/forms.ts';
import { templateField } from '~/domains/moderation/reason.ts';

export const decisionForm = z.object({
  id: id(),
  approve: z.stringbool(),
  /** Why not; of a yes it says nothing. */
  template: templateField(),
  answer: optionalText(900),
});

/** A question, or the answer to one; `messageId` makes a second press the same line. */
export const messageForm = z.object({ id: id(), messageId: id(), body: text(1000) });

export const mergeForm = z.object({ id: id(), into: id() });

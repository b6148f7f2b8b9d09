import { z } from 'astro/zod';
import { id, text } from '~/lib/forms.ts';

export const voteForm = z.object({
  pollId: id(),
  choices: z.array(id()).max(20),
  receipt: text(40),
});

import { z } from 'astro/zod';
import type { Hidden } from '~/domains/moderation/moderation.ts';
import { id, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';

/** A question about a vote. Nobody learns whose it is; `isMine` is for who asked. */
export interface PollQuestion {
  id: string;
  body: string;
  answer: string | null;
  /** As the database wrote it: says which answer is put right. */
  answeredAt: string | null;
  hidden: Hidden | null;
  isMine: boolean;
  createdAt: Date;
}

export const isWaiting = ({ answer, hidden }: PollQuestion) => answer === null && hidden === null;
/** What all in the building see. */
export const isShown = ({ answer, hidden }: PollQuestion) => answer !== null && hidden === null;

/** `id` makes a second press of "send" the same question. */
export const askForm = z.object({
  id: id(),
  pollId: id(),
  question: text(lengths.poll_questions.body),
});

export const answerForm = z.object({
  id: id(),
  answer: text(lengths.poll_questions.answer),
  answeredAt: z.string().max(40).nullish(),
});

import { z } from 'astro/zod';
import { id, text } from '~/lib/forms.ts';

/** A question about a vote. Nobody learns whose it is; `isMine` is for who asked. */
export interface PollQuestion {
  id: string;
  body: string;
  answer: string | null;
  /** As the database wrote it: says which answer is put right. */
  answeredAt: string | null;
  hiddenReason: string | null;
  isMine: boolean;
  createdAt: Date;
}

export const isWaiting = ({ answer, hiddenReason }: PollQuestion) =>
  answer === null && hiddenReason === null;
/** What all in the building see. */
export const isShown = ({ answer, hiddenReason }: PollQuestion) =>
  answer !== null && hiddenReason === null;

/** `id` makes a second press of "send" the same question. */
export const askForm = z.object({ id: id(), pollId: id(), question: text(500) });

export const answerForm = z.object({
  id: id(),
  answer: text(1000),
  answeredAt: z.string().max(40).nullish(),
});

export const hideForm = z.object({ id: id(), reason: text(500) });

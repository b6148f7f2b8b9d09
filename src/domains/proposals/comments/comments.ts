import { z } from 'astro/zod';
import type { Hidden } from '~/domains/moderation/moderation.ts';
import { id, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import { alias } from '~/domains/proposals/proposals.ts';

export interface Comment {
  id: string;
  body: string;
  /** Null is "en beboer". */
  alias: string | null;
  at: Date;
  /** Hidden from neighbours; only its author and the consultant see such a one. */
  hidden: Hidden | null;
  isMine: boolean;
}

/** `id` makes a second press the same comment. */
export const commentForm = z.object({
  id: id(),
  proposalId: id(),
  body: text(lengths.proposal_comments.body),
  alias: alias(),
});
export type CommentInput = z.output<typeof commentForm>;

export const commentIdForm = z.object({ id: id() });

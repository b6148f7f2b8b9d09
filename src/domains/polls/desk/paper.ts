import { z } from 'astro/zod';
import { id } from '~/lib/forms.ts';

/** A flat, or a person, of an open vote, and whether it is marked as voted on paper. */
export interface PaperElector {
  id: string;
  /** Null for somebody who voted on paper and has moved out or deleted the account since. */
  name: string | null;
  isOnPaper: boolean;
  /** The stair of a flat; null for persons. */
  stair: string | null;
}

/** One press in the list; `sok` is what was searched for. */
export const markForm = z.object({
  pollId: id(),
  mark: id().nullish(),
  unmark: id().nullish(),
  sok: z.string().max(80).nullish(),
});

const plain = (text: string) => text.toLowerCase().replace(/[\s.-]/g, '');

/** Those whose name holds what was typed, without regard to case and spaces; everybody when nothing was. */
export const found = (electors: PaperElector[], typed: string) =>
  electors.filter(({ name }) => plain(name ?? '').includes(plain(typed)));

import { orderFor, type Poll, type PollOption } from '~/domains/polls/polls.ts';
import type { Translate } from '~/i18n/index.ts';

/** How many sheets, and the two languages of a paper ballot. */
export interface PaperSheets {
  count: number;
  nb: Translate;
  en: Translate;
}

/**
 * The options as they stand on paper: drawn once for the vote, the same on every ballot. An order of its own on each ballot
 * would make it possible to know one again in the box. Yes and no stand as they are.
 */
export const paperOptions = (poll: Pick<Poll, 'id' | 'kind' | 'options'>): PollOption[] =>
  poll.kind === 'yes_no' ? poll.options : orderFor(poll.options, `paper${poll.id}`);

const linesOf = (text: string | null, signs: number) =>
  (text?.split('\n') ?? []).reduce(
    (sum, one) => sum + Math.max(1, Math.ceil(one.length / signs)),
    0,
  );

/** In lines of the plain letter: what stands around the options, and what an A4 sheet holds. */
const around = 14;
const sheet = 42;
/** A sheet of small letters holds so many times as much. */
const smaller = 1.7;

/**
 * How many ballots one sheet holds, whether the texts of the options are printed too, and whether the letters must be small.
 * An estimate with room to spare.
 */
export function paperSize({ title, options }: Pick<Poll, 'title' | 'options'>) {
  const heads = options.reduce((sum, option) => sum + 1.8 * linesOf(option.title, 55), 0);
  const bodies = options.reduce((sum, { body }) => sum + linesOf(body, 70), 0);
  const plain = around + 2.1 * linesOf(title, 34) + heads;
  const fits = (height: number) => Math.min(Math.floor(sheet / height), 3);
  if (fits(plain + bodies) >= 1)
    return { perSheet: fits(plain + bodies), texts: true, small: false };
  if (bodies > 0 && plain + bodies <= sheet * smaller)
    return { perSheet: 1, texts: true, small: true };
  return { perSheet: Math.max(1, fits(plain)), texts: false, small: plain > sheet };
}

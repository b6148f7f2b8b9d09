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

const charsPerLine = 70;
const lines = (text: string | null, per = charsPerLine) =>
  text
    ? text.split('\n').reduce((sum, part) => sum + Math.max(1, Math.ceil(part.length / per)), 0)
    : 0;

/** In lines of a small letter: what stands around the options, and what an A4 sheet holds. */
const around = 15;
const sheet = 78;

/** How many ballots one sheet holds, and whether the texts of the options are printed too. An estimate with room to spare. */
export function paperSize({ title, options }: Pick<Poll, 'title' | 'options'>) {
  const heads = options.reduce((sum, option) => sum + 1.9 * lines(option.title, 55), 0);
  const bodies = options.reduce((sum, { body }) => sum + lines(body), 0);
  const need = around + 2.4 * lines(title, 36) + heads;
  const fits = (height: number) => Math.floor(sheet / height);
  if (fits(need + bodies) >= 2) return { perSheet: Math.min(fits(need + bodies), 3), texts: true };
  if (bodies > 0 && fits(need + bodies) >= 1) return { perSheet: 1, texts: true };
  return { perSheet: Math.max(1, Math.min(fits(need), 3)), texts: false };
}

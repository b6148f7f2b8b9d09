import type { Poll } from '~/domains/polls/polls.ts';

/** In hundredths of the sheet's width: between the margins, and what everything but title and texts takes. */
const width = 86;
const free = 46;
/** VotePoster.astro has the same. */
const letters = { largest: 3.2, large: 2.8, medium: 2.4, small: 2, tiny: 1.7 } as const;
const titles = { wide: 9, long: 7, longest: 5.4 } as const;
type Letter = keyof typeof letters;
const rowsOf = (text: string, letter: number, room: number) =>
  text
    .split('\n')
    .reduce((sum, one) => sum + Math.max(1, Math.ceil((one.length * letter * 0.54) / room)), 0);

/**
 * How large title and texts stand on the sheet. Options go in two columns when they are many, and are left out when even
 * the smallest letters are too large: the sheet hides what is too much, it never grows. An estimate with room to spare.
 */
export function setVotePoster({
  title,
  decides,
  options,
}: Pick<Poll, 'title' | 'decides' | 'options'>) {
  const titleSize = title.length > 60 ? 'longest' : title.length > 36 ? 'long' : 'wide';
  const size = titles[titleSize];
  const room = free - rowsOf(title, size, width) * size * 1.06;
  const columns = options.length > 3 ? 2 : 1;
  const height = (letter: number, isListed: boolean) => {
    const each = options.map((option) => rowsOf(option.title, letter * 1.1, width / columns - 4));
    const listed = Math.ceil(each.reduce((sum, rows) => sum + rows, 0) / columns) + 0.6;
    return (rowsOf(decides, letter, width) * 1.42 + (isListed ? listed * 1.7 : 0)) * letter;
  };
  const names = Object.keys(letters) as Letter[];
  for (const isListed of [true, false])
    for (const letter of names)
      if (height(letters[letter], isListed) <= room)
        return { titleSize, letter, columns, isListed };
  return { titleSize, letter: 'tiny' as const, columns, isListed: false };
}

import type { Poll } from '~/domains/polls/polls.ts';

/** In hundredths of the sheet's width: between the margins, and what everything but title and texts takes. */
const width = 86;
const free = 46;
const letters = [3.2, 2.8, 2.4, 2, 1.7] as const;
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
  const titleSize = title.length > 60 ? 5.4 : title.length > 36 ? 7 : 9;
  const room = free - rowsOf(title, titleSize, width) * titleSize * 1.06;
  const columns = options.length > 3 ? 2 : 1;
  const height = (letter: number, isListed: boolean) => {
    const each = options.map((option) => rowsOf(option.title, letter * 1.1, width / columns - 4));
    const listed = Math.ceil(each.reduce((sum, rows) => sum + rows, 0) / columns) + 0.6;
    return (rowsOf(decides, letter, width) * 1.42 + (isListed ? listed * 1.7 : 0)) * letter;
  };
  for (const isListed of [true, false])
    for (const letter of letters)
      if (height(letter, isListed) <= room) return { titleSize, letter, columns, isListed };
  return { titleSize, letter: letters[letters.length - 1]!, columns, isListed: false };
}

import { addCatalog, type MessageKey } from './index.ts';
import { addLanguage, tagOf } from './languages.ts';
import { nb } from './nb.ts';
import { isStaffKey } from './staff-texts.ts';
import type { Forms } from './translate.ts';

/**
 * A made-up language that shows what a real one would find: accented, so that a word from anywhere else is seen; 40 % longer; from right to
 * left; with the plurals and dates of Arabic; of the residents' part only. The browser tests turn it on (PSEUDO_LANGUAGE=yes) and ask for
 * it by `?lang=qps`. It is in no choice, and the database does not know it.
 */
export const pseudoLanguage = 'qps';

const plain = 'abcdefghijklmnopqrstuvwxyzæøå';
const odd = 'ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑǽőǻ';
const [RLO, PDF] = ['\u202E', '\u202C']; // right-to-left override … pop directional formatting

const letters = new Map(
  [...plain].flatMap((letter, at) => {
    const other = [...odd][at]!;
    return [
      [letter, other],
      [letter.toUpperCase(), other.toUpperCase()],
    ] as const;
  }),
);
/** A word, longer by two letters of five, read from right to left. */
function pseudoWord(word: string): string {
  const changed = [...word].map((letter) => letters.get(letter) ?? letter);
  const longer = changed.flatMap((letter, at) =>
    at % 5 === 1 || at % 5 === 3 ? [letter, letter] : [letter],
  );
  return RLO + longer.join('') + PDF;
}

/** The words of a text; numbers, signs and what is put in stay. */
const pseudoText = (text: string): string =>
  text.replace(/\{[\w.]+\}|\p{L}+/gu, (part) => (part.startsWith('{') ? part : pseudoWord(part)));

const pseudoMessage = (message: string | Forms): string | Forms =>
  typeof message === 'string'
    ? pseudoText(message)
    : (Object.fromEntries(
        (['zero', 'one', 'two', 'few', 'many', 'other'] as const).map((form) => [
          form,
          pseudoText(message[form] ?? message.other),
        ]),
      ) as Forms);

export function addPseudoLanguage() {
  addLanguage(pseudoLanguage, {
    name: 'Pseudo',
    direction: 'rtl',
    script: 'Arab',
    covers: 'residents',
    tag: tagOf('ar'),
    plurals: ['zero', 'one', 'two', 'few', 'many', 'other'],
  });
  const keys = (Object.keys(nb) as MessageKey[]).filter((key) => !isStaffKey(key));
  addCatalog(pseudoLanguage, Object.fromEntries(keys.map((key) => [key, pseudoMessage(nb[key])])));
}

import { plainText } from './plain-text.ts';

const ends = [/^[\s\S]*\n/, /^[\s\S]*[.!?؟۔](?=\s)/, /^[\s\S]*(?=\s)/];

/** As many whole paragraphs as fit, else whole sentences, else words; "…" says that there is more. */
export function excerpt(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  const parts = ends.map((end) => end.exec(cut)?.[0].trimEnd() ?? '');
  return `${parts.find((part) => part.length > most / 2) ?? cut} …`;
}

/** Letters from 18 to 10.7 points, in hundredths of the sheet's width; Poster.astro has the same. */
const letters = [
  ['large', 3.1],
  ['medium', 2.6],
  ['small', 2.15],
  ['tiny', 1.8],
] as const;
type Size = (typeof letters)[number][0];

/** In hundredths of the sheet's width: between the margins, and what building, foot and the air between take. */
const width = 86;
const height = 127;
const fixed = 38;
const lineHeight = 1.42;
const perFact = 8.2;
/** Mean width of a letter, in its height. Which font a machine has is not known: this holds for DejaVu Sans, the widest of the usual ones. */
const letterWidth = 0.6;
/** A title is set large, a longer one than this smaller. */
export const longTitle = 36;
const titleHeight = (title: string) =>
  title.length > longTitle
    ? Math.ceil((title.length * 6 * letterWidth) / width) * 6.4
    : Math.ceil((title.length * 9 * letterWidth) / width) * 9.6;

interface Text {
  title: string;
  body: string | null;
}
interface Setting {
  size: Size;
  texts: (string | null)[];
}

/**
 * The texts of a poster as large as one sheet can hold them, the first over the whole width and the others beside each
 * other in two columns; cut only when the smallest letters are too many. An estimate with room to spare: the sheet hides
 * what is too much, it never grows.
 */
export function setPoster(words: [Text, ...Text[]], dates: number, facts: number): Setting {
  const bodies = words.map(({ body }) => (body ? plainText(body) : null));
  const used =
    fixed + titleHeight(words[0].title) + dates * (dates > 2 ? 4.2 : 4.9) + facts * perFact;
  const fits = (texts: Setting['texts'], letter: number) =>
    linesOf(words, texts, letter) <= (height - used) / (letter * lineHeight);
  for (const [size, letter] of letters) if (fits(bodies, letter)) return { size, texts: bodies };
  const [size, letter] = letters[letters.length - 1]!;
  for (let signs = 1500; signs > 0; signs -= 25) {
    // Many languages: first their texts go, and the names stay; the first text is always there.
    const texts = bodies.map(
      (body, index) => body && (index === 0 ? excerpt(body, 4 * signs) : shortened(body, signs)),
    );
    if (fits(texts, letter)) return { size, texts };
  }
  return { size, texts: bodies.map(() => null) };
}

const shortened = (body: string, signs: number) => (signs < 60 ? null : excerpt(body, signs));

/** How many lines the texts take: the first over the whole width, then two languages beside each other. */
function linesOf(words: Text[], texts: Setting['texts'], letter: number) {
  const lines = (text: string | null, part: number, larger = 1) =>
    (text ?? '')
      .split('\n')
      .reduce(
        (sum, one) =>
          sum + Math.ceil((one.length * letter * larger * letterWidth) / (width * part)),
        0,
      );
  const others = words
    .slice(1)
    .map(({ title }, index) => 1 + 1.15 * lines(title, 0.47, 1.3) + lines(texts[index + 1]!, 0.47));
  const rows = others.map((one, index) => (index % 2 ? 0 : Math.max(one, others[index + 1] ?? 0)));
  return rows.reduce((sum, row) => sum + row, lines(texts[0]!, 1));
}

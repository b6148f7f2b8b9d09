import { directionOf, scriptOf, tagOf, type Locale } from './languages.ts';
import { fromTheRight, isolated } from './translate.ts';

/** Texts beside each other that are no sentence together. Read from right to left, each keeps its own direction. */

/** `t`, or the language itself as the middleware keeps it. */
type Speaker = { locale: Locale };
type Parts = readonly (string | number | false | null | undefined)[];

const made = new Map<string, Intl.ListFormat>();
function listFormat(locale: Locale): Intl.ListFormat {
  const known = made.get(locale) ?? new Intl.ListFormat(tagOf(locale));
  made.set(locale, known);
  return known;
}

/** "A, B og C" */
export const listed = (words: Parts, { locale }: Speaker): string =>
  joined(words, locale, (texts) => listFormat(locale).format(texts));

/** "A · B": facts. */
export const dotted = (facts: Parts, { locale }: Speaker): string =>
  joined(facts, locale, (texts) => texts.join(' · '));

const commas: Record<string, string> = { Arab: '، ', Ethi: '፣ ' };
/** "A, B": parts of one thing, as of an address or of a moment. */
export const commaed = (parts: Parts, { locale }: Speaker): string =>
  joined(parts, locale, (texts) => texts.join(commas[scriptOf(locale)] ?? ', '));

/** What is empty is left out; nothing is made of nothing. */
function joined(parts: Parts, locale: Locale, join: (texts: string[]) => string): string {
  const texts = parts.filter((part) => part || part === 0).map(String);
  if (texts.length < 2 || directionOf(locale) === 'ltr') return join(texts);
  return fromTheRight(join(texts.map(isolated)));
}

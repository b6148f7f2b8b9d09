import { directionOf, tagOf } from './languages.ts';

/** Its plural forms; `count` chooses. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
/** Where a text is found, and in which language. */
export type Find<Key extends string> = (key: Key) => { text: string | Forms; language: string };
export type Values = Record<string, string | number>;

// First strong isolate … pop directional isolate.
const [FSI, PDI] = ['\u2068', '\u2069'];
/** A value that keeps its own direction and disturbs none: without it `+47 22 00 00 00` is read backwards in Arabic. */
export const isolated = (value: string) => FSI + value + PDI;

const rules = new Map<string, Intl.PluralRules>();
function pluralRules(language: string): Intl.PluralRules {
  const known = rules.get(language) ?? new Intl.PluralRules(tagOf(language));
  rules.set(language, known);
  return known;
}

/**
 * The text of a key with its values put in. Read from right to left, each value is isolated, by signs that are not seen: they do in an
 * attribute, a mail or an SMS what `<bdi>` does in HTML, so nobody has to know where a text ends up. So is a whole text that is in
 * another language than the page.
 */
export function translate<Key extends string>(
  find: Find<Key>,
  pageLanguage: string,
  key: Key,
  values: Values = {},
): string {
  const { text, language } = find(key);
  const form = typeof text === 'string' ? text : chosen(text, language, Number(values['count']));
  const put = directionOf(language) === 'rtl' ? isolated : (value: string) => value;
  const whole = form.replace(/\{(\w+)\}/g, (_, name: string) => put(String(values[name])));
  return directionOf(language) === directionOf(pageLanguage) ? whole : isolated(whole);
}

const chosen = (forms: Forms, language: string, count: number) =>
  forms[pluralRules(language).select(count)] ?? forms.other;

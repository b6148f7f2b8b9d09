import { directionOf, tagOf } from './languages.ts';

/** Its plural forms; `count` chooses. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
/** Where a text is found, and in which language. */
export type Find<Key extends string> = (key: Key) => {
  text: string | Forms;
  language: string;
  /** The words of a number of a rule, by its name in the text: `limits.report`. */
  rule?: (name: string) => string | undefined;
};
export type Values = Record<string, string | number>;

// First strong isolate … pop directional isolate; right-to-left mark.
const [FSI, PDI, RLM] = ['\u2068', '\u2069', '\u200F'];
/** A value that keeps its own direction and disturbs none: without it `+47 22 00 00 00` is read backwards in Arabic. */
export const isolated = (value: string) => FSI + value + PDI;

const rules = new Map<string, Intl.PluralRules>();
function pluralRules(language: string): Intl.PluralRules {
  const known = rules.get(language) ?? new Intl.PluralRules(tagOf(language));
  rules.set(language, known);
  return known;
}

/** A text of ours, which begins from the right although a name in Latin letters or a value may come first. */
export const fromTheRight = (text: string) => RLM + text;

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
  const { text: message, language, rule } = find(key);
  const form =
    typeof message === 'string' ? message : chosen(message, language, Number(values['count']));
  const isRtl = directionOf(language) === 'rtl';
  const put = isRtl ? isolated : (value: string) => value;
  const text = form.replace(/\{([\w.]+)\}/g, (_, name: string) =>
    put(String(name.includes('.') ? rule?.(name) : values[name])),
  );
  const whole = isRtl ? fromTheRight(text) : text;
  return directionOf(language) === directionOf(pageLanguage) ? whole : isolated(whole);
}

const chosen = (forms: Forms, language: string, count: number) =>
  forms[pluralRules(language).select(count)] ?? forms.other;

import type { ResidentsPart, Whole } from './catalog.ts';
import { en } from './en.ts';
import type { MessageKey } from './keys.ts';
import { ownLanguage, tagOf, type languageList, type Locale } from './languages.ts';
import { nb } from './nb.ts';
import { ruleWords, type RuleName } from './rules.ts';
import { translate, type Find, type Forms, type Values } from './translate.ts';

export { locales, type Locale } from './languages.ts';
export type { MessageKey } from './keys.ts';

type Catalog<Code extends Locale> = (typeof languageList)[Code]['covers'] extends 'whole'
  ? Whole<Code>
  : ResidentsPart<Code>;
const catalogs: { [Code in Locale]: Catalog<Code> } = { nb, en };

/** What whoever prints the text must give; the numbers of rules it gets by itself. */
type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Exclude<Name, RuleName> | Placeholders<Rest>
  : never;
type Params<Key extends MessageKey> = Placeholders<
  (typeof nb)[Key] extends { other: infer Other } ? Other : (typeof nb)[Key]
>;
type Arguments<Key extends MessageKey> = [Params<Key>] extends [never]
  ? []
  : [Record<Params<Key>, string | number>];

export type Translate = {
  <Key extends MessageKey>(key: Key, ...args: Arguments<Key>): string;
  locale: Locale;
};

const finders = new Map<string, Find<MessageKey>>(
  Object.entries(catalogs).map(([language, catalog]) => [language, finder(language, catalog)]),
);

/** A text in the language, or a text of staff in bokmål when the language has none. */
function finder(
  language: string,
  catalog: Partial<Record<MessageKey, string | Forms>>,
): Find<MessageKey> {
  return (key) => {
    const text = catalog[key];
    const found =
      text === undefined ? { text: nb[key], language: ownLanguage } : { text, language };
    return { ...found, rule: (name) => rulesIn(found.language).get(name as RuleName) };
  };
}

const rules = new Map<string, Map<RuleName, string>>();
/** The numbers of rules in the words of the language. */
function rulesIn(language: string): Map<RuleName, string> {
  const known =
    rules.get(language) ??
    ruleWords(tagOf(language), ({ count, unit }) =>
      translate(finders.get(language)!, language, `rules.period.${unit}`, { count }),
    );
  rules.set(language, known);
  return known;
}

/** For the tests' own language alone: pseudo.ts. */
export function addCatalog(language: string, catalog: Partial<Record<MessageKey, string | Forms>>) {
  finders.set(language, finder(language, catalog));
}

/** Gives `t(key, { placeholder })` for one language. */
export function translator(locale: Locale): Translate {
  const find = finders.get(locale)!;
  const t = (key: MessageKey, values?: Values) => translate(find, locale, key, values);
  return Object.assign(t, { locale }) as Translate;
}

export const isLocale = (value: unknown): value is Locale => finders.has(value as string);
export const isMessageKey = (value: unknown): value is MessageKey =>
  typeof value === 'string' && Object.hasOwn(nb, value);

/** The text of a key that is known only at run time; such a message has no placeholders but numbers of rules. */
export const say = (t: Translate, key: MessageKey) =>
  (t as unknown as (key: MessageKey) => string)(key);

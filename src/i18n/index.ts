import { en } from './en.ts';
import { ownLanguage, type languageList, type LanguageCode, type Locale } from './languages.ts';
import { nb } from './nb.ts';
import type { StaffKey } from './staff-texts.ts';
import { translate, type Find, type Forms, type Values } from './translate.ts';

export { locales, type Locale } from './languages.ts';

/** A text, or its plural forms chosen by `{count}`: those that the language has. */
export type Message<Code extends LanguageCode> = string | Plural<Code>;
export type Plural<Code extends LanguageCode> = Record<
  (typeof languageList)[Code]['plurals'][number],
  string
>;
export type MessageKey = keyof typeof nb;

/** All texts of a language, and which of them are plurals. A missing or surplus key or form is a type error. */
export type Whole<Code extends LanguageCode> = {
  [Key in MessageKey]: (typeof nb)[Key] extends string ? string : Plural<Code>;
};
/** What residents read; the texts of staff are bokmål, by declaration: staff-texts.ts. */
export type ResidentsPart<Code extends LanguageCode> = Omit<Whole<Code>, StaffKey>;

type Catalog<Code extends Locale> = (typeof languageList)[Code]['covers'] extends 'whole'
  ? Whole<Code>
  : ResidentsPart<Code>;
const catalogs: { [Code in Locale]: Catalog<Code> } = { nb, en };

type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
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
    return text === undefined ? { text: nb[key], language: ownLanguage } : { text, language };
  };
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

/** The text of a key that is known only at run time; such a message has no placeholders. */
export const say = (t: Translate, key: MessageKey) =>
  (t as unknown as (key: MessageKey) => string)(key);

import { en } from './en.ts';
import type { Message } from './message.ts';
import { nb } from './nb.ts';
import { ruleWords, type Period, type RuleName } from './rules.ts';

export const locales = ['nb', 'en'] as const;
export type Locale = (typeof locales)[number];

export type MessageKey = keyof typeof nb;

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

export type Translate = <Key extends MessageKey>(key: Key, ...args: Arguments<Key>) => string;

const catalogs: Record<Locale, Record<MessageKey, Message>> = { nb, en };

const made = new Map<Locale, Translate>();

/** Gives `t(key, { placeholder })` for one language; made once for each. */
export function translator(locale: Locale): Translate {
  const known = made.get(locale) ?? makeTranslator(locale);
  made.set(locale, known);
  return known;
}

function makeTranslator(locale: Locale): Translate {
  const catalog = catalogs[locale];
  const plural = new Intl.PluralRules(locale);
  const rules = new Map<RuleName, string>();
  const fill = (message: Message, values: Record<string, string | number>) => {
    const text =
      typeof message === 'string'
        ? message
        : plural.select(Number(values.count)) === 'one'
          ? message.one
          : message.other;
    return text.replace(/\{([\w.]+)\}/g, (_, name: string) =>
      String(rules.get(name as RuleName) ?? values[name]),
    );
  };
  const sayPeriod = ({ count, unit }: Period) => fill(catalog[`rules.period.${unit}`], { count });
  for (const [name, words] of ruleWords(locale, sayPeriod)) rules.set(name, words);
  return (key, ...[params]) => fill(catalog[key], params ?? {});
}

export const isLocale = (value: unknown): value is Locale => locales.includes(value as Locale);
export const isMessageKey = (value: unknown): value is MessageKey =>
  typeof value === 'string' && Object.hasOwn(nb, value);

/** The text of a key that is known only at run time; such a message has no placeholders but numbers of rules. */
export const say = (t: Translate, key: MessageKey) => (t as (key: MessageKey) => string)(key);

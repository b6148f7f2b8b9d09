import { en } from './en.ts';
import type { Message } from './message.ts';
import { nb } from './nb.ts';

export const locales = ['nb', 'en'] as const;
export type Locale = (typeof locales)[number];

export type MessageKey = keyof typeof nb;

type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type Params<Key extends MessageKey> = Placeholders<
  (typeof nb)[Key] extends { other: infer Other } ? Other : (typeof nb)[Key]
>;
type Arguments<Key extends MessageKey> = [Params<Key>] extends [never]
  ? []
  : [Record<Params<Key>, string | number>];

export type Translate = <Key extends MessageKey>(key: Key, ...args: Arguments<Key>) => string;

const catalogs: Record<Locale, Record<MessageKey, Message>> = { nb, en };

/** Gives `t(key, { placeholder })` for one language. */
export function translator(locale: Locale): Translate {
  const catalog = catalogs[locale];
  const plural = new Intl.PluralRules(locale);
  return (key, ...[params]) => {
    const message = catalog[key];
    const values = (params ?? {}) as Record<string, string | number>;
    const text =
      typeof message === 'string'
        ? message
        : plural.select(Number(values.count)) === 'one'
          ? message.one
          : message.other;
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  };
}

export const isLocale = (value: unknown): value is Locale => locales.includes(value as Locale);
export const isMessageKey = (value: unknown): value is MessageKey =>
  typeof value === 'string' && Object.hasOwn(nb, value);

/** The text of a key that is known only at run time; such a message has no placeholders. */
export const say = (t: Translate, key: MessageKey) => (t as (key: MessageKey) => string)(key);

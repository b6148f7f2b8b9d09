import type { languageList, LanguageCode } from './languages.ts';

/** A text, or its plural forms chosen by `{count}`: those that the language has. */
export type Message<Code extends LanguageCode> = string | Plural<Code>;
export type Plural<Code extends LanguageCode> = Record<
  (typeof languageList)[Code]['plurals'][number],
  string
>;

import type { MessageKey } from './keys.ts';
import type { LanguageCode } from './languages.ts';
import type { Plural } from './message.ts';
import type { nb } from './nb.ts';
import type { StaffKey } from './staff-texts.ts';

/** All texts of a language, and which of them are plurals. A missing or surplus key or form is a type error. */
export type Whole<Code extends LanguageCode> = {
  [Key in MessageKey]: (typeof nb)[Key] extends string ? string : Plural<Code>;
};
/** What residents read; the texts of staff are bokmål, by declaration: staff-texts.ts. */
export type ResidentsPart<Code extends LanguageCode> = Omit<Whole<Code>, StaffKey>;

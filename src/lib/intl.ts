import { tagOf } from '~/i18n/languages.ts';

/** Formatters by language. Making one costs about as much as rendering a page; using one costs nothing: each is made once. */

const made = new Map<string, unknown>();

/** `kind` and `options` together say what it is. */
function once<One>(kind: string, code: string, options: object, make: (tag: string) => One): One {
  const key = `${kind} ${code} ${JSON.stringify(options)}`;
  const known = (made.get(key) as One | undefined) ?? make(tagOf(code));
  made.set(key, known);
  return known;
}

export const dateFormat = (code: string, options: Intl.DateTimeFormatOptions) =>
  once('date', code, options, (tag) => new Intl.DateTimeFormat(tag, options));

export const numberFormat = (code: string, options: Intl.NumberFormatOptions = {}) =>
  once('number', code, options, (tag) => new Intl.NumberFormat(tag, options));

export const relativeFormat = (code: string, options: Intl.RelativeTimeFormatOptions) =>
  once('relative', code, options, (tag) => new Intl.RelativeTimeFormat(tag, options));

const sorted = { numeric: true } as const;
/** Compares two texts in the order of the language, flat 2 before flat 10. */
export const comparing = (code: string) =>
  once('compare', code, sorted, (tag) => new Intl.Collator(tag, sorted)).compare;

/** "engelsk" for English, as the language of the page calls it. */
export const languageIn = (code: string, locale: string): string =>
  once('language', locale, {}, (tag) => new Intl.DisplayNames(tag, { type: 'language' })).of(
    code,
  ) ?? code;

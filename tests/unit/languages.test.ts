import { describe, expect, test } from 'vitest';
import type { ResidentsPart, Whole } from '~/i18n/catalog.ts';
import { translator } from '~/i18n/index.ts';
import {
  directionOf,
  languageList,
  languages,
  locales,
  nameOf,
  pluralsOf,
  tagOf,
  type LanguageCode,
} from '~/i18n/languages.ts';
import { commaed, dotted, listed } from '~/i18n/lists.ts';
import type { Plural } from '~/i18n/message.ts';
import { addPseudoLanguage, pseudoLanguage } from '~/i18n/pseudo.ts';
import { translate, type Forms } from '~/i18n/translate.ts';
import { mailWords, smsWords } from '~/domains/messages/words.ts';
import { formatClock, formatDay, formatMoment } from '~/lib/time.ts';

const codes = Object.keys(languageList) as LanguageCode[];
const [FSI, PDI, RLM] = ['\u2068', '\u2069', '\u200F'];
const hidden = /[\u2066-\u2069\u202A-\u202E\u200E\u200F]/;

// The types are the test here: each language must give the plural forms it has, and no other.
const polish: Plural<'pl'> = { one: '{count} miejsce', few: '{count} miejsca', many: '{count} miejsc', other: '{count} miejsca' }; // prettier-ignore
const arabic: Plural<'ar'> = { zero: 'z', one: 'o', two: 't', few: 'f', many: 'm', other: 'x' };
// @ts-expect-error Polish has few and many
export const tooFew: Plural<'pl'> = { one: '', other: '' };
// @ts-expect-error Norwegian has no dual
export const tooMany: Plural<'nb'> = { one: '', two: '', other: '' };
// @ts-expect-error A text that residents read must be there in every language …
export const missing: ResidentsPart<'ar'> = {} as Omit<ResidentsPart<'ar'>, 'frame.skip'>;
// … and one that staff read need not be, unless the language covers the whole.
export const enough: ResidentsPart<'ar'> = {} as Omit<Whole<'ar'>, 'desk.more'>;
// @ts-expect-error English covers the whole
export const whole: Whole<'en'> = {} as Omit<Whole<'en'>, 'desk.more'>;

describe('the list of languages', () => {
  test('has the plural forms that Intl asks for', () => {
    const wrong = codes.filter((code) => {
      const known = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
      return known.toSorted().join() !== pluralsOf(code).toSorted().join();
    });
    expect(wrong).toEqual([]);
  });

  test('has direction and script as in CLDR', () => {
    const rightToLeft = ['Arab', 'Hebr'];
    const wrong = codes.filter((code) => {
      const { script = '' } = new Intl.Locale(code).maximize();
      const direction = rightToLeft.includes(script) ? 'rtl' : 'ltr';
      return script !== languageList[code].script || direction !== directionOf(code);
    });
    expect(wrong).toEqual([]);
  });

  test('is Norwegian and English for the portal, all but Norwegian for translations', () => {
    expect(locales).toEqual(['nb', 'en']);
    expect(languages).toHaveLength(codes.length - 1);
    expect(nameOf('ar')).toBe('العربية');
  });

  test('gives western digits, 24 hours and our calendar in every language', () => {
    const at = new Date('2026-12-01T17:05:00Z');
    for (const code of codes) {
      const clock = new Intl.DateTimeFormat(tagOf(code), { timeZone: 'Europe/Oslo', hour: '2-digit', minute: '2-digit' }); // prettier-ignore
      const year = new Intl.DateTimeFormat(tagOf(code), { year: 'numeric' });
      expect([code, clock.format(at)]).toEqual([code, '18:05']);
      expect([code, year.format(at)]).toEqual([code, expect.stringContaining('2026')]);
    }
  });
});

describe('a count', () => {
  const say = (language: LanguageCode, text: Forms, count: number) =>
    translate(() => ({ text, language }), language, 'key', { count });
  test.each([
    [1, 'miejsce'],
    [2, 'miejsca'],
    [5, 'miejsc'],
    [12, 'miejsc'],
    [22, 'miejsca'],
    [1.5, 'miejsca'],
  ])('of %d in Polish asks for “%s”', (count, word) => {
    expect(say('pl', polish, count)).toBe(`${count} ${word}`);
  });
  test.each([
    [0, 'z'],
    [1, 'o'],
    [2, 't'],
    [3, 'f'],
    [10, 'f'],
    [11, 'm'],
    [100, 'x'],
  ])('of %d in Arabic asks for its own form', (count, form) => {
    expect(say('ar', arabic, count)).toBe(RLM + form);
  });
});

describe('text that is read from right to left', () => {
  const phone = '+47 22 00 00 00';
  const call = (language: LanguageCode) =>
    translate(() => ({ text: 'x {phone}.', language }), language, 'key', { phone });

  test('a phone number in a sentence keeps its own direction', () => {
    expect(call('ar')).toBe(`${RLM}x ${FSI}${phone}${PDI}.`);
    expect(call('ur')).toBe(call('ar'));
  });

  test('nothing is inserted into a text that is read from left to right', () => {
    for (const code of codes.filter((one) => directionOf(one) === 'ltr'))
      expect(call(code)).toBe(`x ${phone}.`);
  });

  test('a text in another language than the page is isolated as a whole', () => {
    const text = 'Ring {phone}.';
    expect(translate(() => ({ text, language: 'nb' }), 'ar', 'key', { phone })).toBe(
      `${FSI}Ring ${phone}.${PDI}`,
    );
  });

  test('adjacent texts do not run together', () => {
    const t = { locale: 'ar' as never };
    expect(dotted(['A', null, '1-B'], t)).toBe(`${RLM}${FSI}A${PDI} · ${FSI}1-B${PDI}`);
    expect(commaed(['A', 0], t)).toBe(`${RLM}${FSI}A${PDI}، ${FSI}0${PDI}`);
    expect(listed(['A', 'B'], t)).toBe(`${RLM}${FSI}A${PDI} و${FSI}B${PDI}`);
    expect([dotted, commaed, listed].map((join) => join(['A', '', 'B'], { locale: 'nb' }))).toEqual(
      ['A · B', 'A, B', 'A og B'],
    );
  });
});

describe('the pseudo-language', () => {
  addPseudoLanguage();
  const t = translator(pseudoLanguage as never);
  const told = {
    blockNames: ['Drøbakgata 1'],
    kinds: ['place_won' as const, 'place_won' as const],
  };
  const links = {
    list: 'https://x.no/mitt',
    account: { settings: 'https://x.no/k', unsubscribe: 'https://x.no/a' },
  };

  test('is not offered as a language, and no translation is offered in it', () => {
    expect(locales).not.toContain(pseudoLanguage);
    expect(languages).not.toContain(pseudoLanguage);
  });

  test('is a third longer, without Norwegian letters, and with its values isolated', () => {
    const text = t('blocks.opens_on', { day: 'X', clock: '10:00' });
    expect(text).toContain(`${FSI}10:00${PDI}`);
    expect(text.replace(/\u2068.*?\u2069/g, '')).not.toMatch(/[a-zæøå]/i);
    const plain = translator('nb')('activities.over.text');
    const letters = t('activities.over.text').replace(/[\u200F\u202C\u202E]/g, '').length;
    expect(letters / plain.length).toBeGreaterThan(1.25);
  });

  test('gives a text of staff in bokmål, isolated', () => {
    expect(t('blocks.desk.title')).toBe(`${FSI}${translator('nb')('blocks.desk.title')}${PDI}`);
  });

  test('a mail declares its direction, and values in it and in an SMS are isolated', () => {
    const { html, subject } = mailWords(told, links, t);
    expect(html).toContain(`lang="${pseudoLanguage}" dir="rtl"`);
    expect(subject).toContain(`${FSI}Drøbakgata 1${PDI}`);
    // The address is not isolated: a character beside it would become part of the link.
    expect(smsWords(told, links.list, t)).toMatch(/ https:\/\/x\.no\/mitt$/);
  });

  test('no invisible character is in a mail, an SMS or a date in Norwegian or English', () => {
    for (const locale of locales) {
      const t = translator(locale);
      const { html, subject, text } = mailWords(told, links, t);
      const now = new Date('2026-11-30T12:00:00Z');
      const times = [formatMoment, formatDay, formatClock].map((format) => format(now, locale));
      expect([html, subject, text, smsWords(told, links.list, t), ...times].join()).not.toMatch(hidden); // prettier-ignore
      expect(html).toContain(`lang="${locale}" dir="ltr"`);
    }
  });
});

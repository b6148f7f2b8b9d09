import { describe, expect, test } from 'vitest';
import { en } from '~/i18n/en.ts';
import { translator, type MessageKey } from '~/i18n/index.ts';
import type { Forms } from '~/i18n/translate.ts';
import { nb } from '~/i18n/nb.ts';
import { ruleWords, type Period, type RuleName } from '~/i18n/rules.ts';

/** The number of a rule is not written in a text: the text names the rule, and gets the number from its definition. */

const keys = Object.keys(nb) as MessageKey[];
const forms = (message: string | Forms) =>
  typeof message === 'string' ? [message] : Object.values(message);
const sayPeriod = ({ count, unit }: Period) => `${count} ${unit}`;
const named = (text: string) =>
  [...text.matchAll(/\{(\w+\.[\w.]+)\}/g)].map(([, name]) => name as RuleName);

/** Texts with a number that is not a rule of the portal. A new text with a number names its rule, or is listed here with the reason. */
const NO_RULES: Record<string, MessageKey[]> = {
  'an example of how to write': [
    'activities.form.audience.hint',
    'activities.form.max_party.hint',
    'activities.series.extra_days.hint',
    'admin.field.slug.hint',
    'blocks.settings.field.hours.hint',
    'blocks.settings.hours_invalid',
    'figures.how.small',
    'form.amount_invalid',
    'messages.phone.invalid',
    'notices.field.flats.hint',
    'polls.count.number_invalid',
    'reports.ask.clock_missing',
  ],
  'a name that has a number in it': [
    'accessibility.intro',
    'activities.poster.text',
    'admin.factor.own_first',
    'admin.factor.remove',
    'admin.factor.saved.no',
    'admin.factor.saved.yes',
    'moderation.act.allow_one_factor',
    'moderation.act.require_second_factor',
    'notices.poster.text',
    'polls.poster.text',
    'residents.account.after_factor',
    'residents.factor.confirmed',
    'residents.factor.needed',
    'residents.factor.not_here',
    'residents.factor.removed',
    'residents.factor.title',
    'systems.key.text',
  ],
  'the parts of what is on the page': ['figures.year', 'reports.step'],
  'the signs of a code whose form is fixed': [
    'messages.phone.outcome.wrong',
    'messages.phone.waiting',
    'polls.receipt.field.hint',
    'residents.factor.code.hint',
    'residents.mail_code.hint',
    'residents.mail_code.intro',
  ],
  'a band with a name, or an age in the name of the choice': [
    'polls.band.three_quarters',
    'polls.band.under_three_quarters',
    'polls.desk.turnout.three_quarters',
    'polls.desk.turnout.under_three_quarters',
    'polls.setup.min_age.13',
    'polls.setup.min_age.18',
  ],
  'the law on pictures of children': ['notices.photo.consent.hint'],
  'people or things, not a limit': [
    'polls.count.intro',
    'polls.paper.honest.text',
    'polls.tie',
    'privacy.figures.text',
  ],
  'the same hour, twice': ['messages.quiet.hint'],
};

const words = {
  nb: 'to|tre|fire|fem|seks|sju|syv|åtte|ni|ti|elleve|tolv|femten|tjue|tretti|førti|femti|seksti|nitti|hundre|tusen|halvtime|halv time|en time|(?:et|ett) (?:år|døgn|kvarter)|døgnet|(?:innen|i|om) en (?:dag|uke|måned)|om dagen',
  en: 'two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand|half an hour|quarter of an hour|an hour|(?:within|for|than|in|after) (?:a|one) (?:year|week|month|day)|once a day',
};
const numberIn = (language: keyof typeof words, text: string) =>
  new RegExp(`\\d+|(?<!\\p{L})(?:${words[language]})(?!\\p{L})`, 'iu').exec(
    text.replace(/\{[\w.]+\}/g, '').replaceAll(' ', ' '),
  )?.[0];

describe('a text', () => {
  test('has a number written in it only when that is not a rule', () => {
    const declared = new Set(Object.values(NO_RULES).flat());
    const found = keys.flatMap((key) =>
      ([['nb', nb], ['en', en]] as const).flatMap(([language, catalog]) =>
        forms(catalog[key])
          .map((text) => [key, language, numberIn(language, text)] as const)
          .filter(([, , number]) => number),
      ),
    ); // prettier-ignore
    expect(found.filter(([key]) => !declared.has(key))).toEqual([]);
    const withNumber = new Set(found.map(([key]) => key));
    expect([...declared].filter((key) => !withNumber.has(key))).toEqual([]);
  });

  test.each([
    ['nb', 'Navnene slettes 30 dager etter siste dato.', '30'],
    ['nb', 'Du har fem forslag som venter.', 'fem'],
    ['nb', 'Den virker i en halv time.', 'halv time'],
    ['en', 'Fewer than ten answered.', 'ten'],
    ['en', 'Names are kept for a year.', 'for a year'],
    ['nb', 'Du har {numbers.proposals_waiting} forslag som venter.', undefined],
    ['nb', 'Det hender at noen tier.', undefined],
  ] as const)('%s: "%s" has the number %s in it', (language, text, number) => {
    expect(numberIn(language, text)).toBe(number);
  });

  test('names existing rules, the same in both languages', () => {
    const known = ruleWords('nb', sayPeriod);
    for (const key of keys) {
      const [ours, others] = [nb[key], en[key]].map((message) => forms(message).flatMap(named));
      expect(ours!.filter((name) => !known.has(name)), key).toEqual([]); // prettier-ignore
      expect([...new Set(others)].sort(), key).toEqual([...new Set(ours)].sort());
    }
    expect(keys.filter((key) => forms(nb[key]).some((text) => named(text).length > 0)).length).toBeGreaterThan(60); // prettier-ignore
  });

  test('gets the number and the unit of its rule, in its language', () => {
    expect(translator('nb')('activities.list.forget')).toContain('slettes 30 dager etter');
    expect(translator('en')('residents.slip.intro')).toContain('for 30 minutes');
    expect(translator('en')('activities.heads.invalid')).toContain('to 10,000');
    expect(translator('nb')('polls.turnout.few.per_flat', { count: 24 })).toBe('Færre enn 5 av 24 leiligheter stemte.'); // prettier-ignore
  });
});

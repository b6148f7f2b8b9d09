import { describe, expect, test } from 'vitest';
import type { Participant, Session } from '~/domains/activities/activities.ts';
import {
  atTheDoor,
  countPresent,
  doorDate,
  findDate,
  nameOfDate,
  partyName,
  readDateName,
  setHeadsForm,
  signUpForForm,
  whyWaiting,
} from '~/domains/activities/door/door.ts';
import { receivers } from '~/domains/activities/messages/messages.ts';
import { allWords } from '~/domains/activities/translate/translations.ts';
import { chooseWords } from '~/lib/languages.ts';
import { excerpt, setPoster } from '~/lib/poster.ts';

const now = new Date('2026-11-24T12:00:00Z');
const session = (startsAt: string, isCancelled = false): Session => ({
  id: startsAt,
  startsAt: new Date(startsAt),
  endsAt: new Date(Date.parse(startsAt) + 3_600_000),
  isCancelled,
  isMoved: false,
  note: null,
});
const somebody = (wish: Partial<Participant>): Participant => ({
  id: crypto.randomUUID(),
  name: 'Amina',
  hasAccount: true,
  partySize: 1,
  status: 'signed_up',
  reason: null,
  actor: null,
  createdAt: now,
  signedUpAt: now,
  offerExpiresAt: null,
  endedAt: null,
  presentCount: null,
  ...wish,
});

describe('why a party waits', () => {
  const coming = [session('2026-11-25T16:00:00Z')];
  const places = (
    capacity: number,
    signedUpCount: number,
    offeredCount = 0,
    sessions = coming,
  ) => ({
    capacity,
    signedUpCount,
    offeredCount,
    sessions,
  });
  test.each([
    ['all places are taken', places(5, 5), 1, 'full'],
    ['more are in than there are places', places(5, 7), 1, 'full'],
    ['a party is larger than what is free', places(5, 3), 4, 'does_not_fit'],
    ['the free place is offered to somebody', places(5, 4, 1), 1, 'offered'],
    ['what is offered would not do for the party', places(5, 4, 1), 2, 'full'],
    ['there is room now', places(5, 3), 2, 'turn'],
    ['the last date has begun', places(5, 3, 0, [session('2026-11-24T11:30:00Z')]), 1, 'begun'],
  ] as const)('%s', (_, activity, partySize, why) => {
    expect(whyWaiting(activity, { partySize, reason: 'full' }, now)).toBe(why);
  });
  test('a party that was passed over while others got in', () => {
    const four = { partySize: 4, reason: 'does_not_fit' } as const;
    expect(whyWaiting(places(5, 5), four, now)).toBe('never_fitted');
  });
});

describe('the date in the address', () => {
  const dates = ['2026-11-24T09:00:00Z', '2026-11-24T16:00:00Z', '2026-12-01T23:30:00Z'].map((at) =>
    session(at),
  );
  test.each(dates.map((date) => [nameOfDate(date, dates), date] as const))('%s', (name, date) => {
    expect(findDate(dates, name)).toBe(date);
  });
  test('is the day in Oslo, with the clock only when a day has several', () => {
    expect(dates.map((date) => nameOfDate(date, dates))).toEqual([
      '2026-11-24-1000',
      '2026-11-24-1700',
      '2026-12-02',
    ]);
  });
  test.each(['', '2026-11-31', '2026-13-01', '24.11.2026', '2026-11-24-17', '../x'])(
    '%j is not a date',
    (name) => expect(readDateName(name)).toBeNull(),
  );
  test('opens at the current date, else the next, else the last one; never a cancelled one', () => {
    const [past, running, later] = [
      session('2026-11-17T11:30:00Z'),
      session('2026-11-24T11:30:00Z'),
      session('2026-11-30T11:30:00Z'),
    ] as const;
    expect(doorDate([past, running, later], now)).toBe(running);
    expect(doorDate([past, session('2026-11-26T10:00:00Z', true), later], now)).toBe(later);
    expect(doorDate([past], now)).toBe(past);
    expect(doorDate([], now)).toBeNull();
  });
  test('stays at a date of today that is over: people are checked in afterwards too', () => {
    const morning = session('2026-11-24T08:00:00Z');
    expect(doorDate([morning, session('2026-11-25T08:00:00Z')], now)).toBe(morning);
  });
});

test('the door lists those who have a place, by name, and those checked in before they left', () => {
  const list = [
    somebody({ name: 'Åse' }),
    somebody({ name: 'Amina', partySize: 3, presentCount: 2 }),
    somebody({ name: 'Per', status: 'waitlisted' }),
    somebody({ name: 'Bo', status: 'cancelled', presentCount: 1 }),
    somebody({ name: 'Eva', status: 'cancelled' }),
  ];
  expect(atTheDoor(list).map(({ name }) => name)).toEqual(['Amina', 'Bo', 'Åse']);
  expect(countPresent(list)).toBe(3);
});

test('a party is shown as the name and the number of companions', () => {
  expect([partyName('Amina', 1), partyName('Amina', 3)]).toEqual(['Amina', 'Amina + 2']);
});

test('a message reaches live sign-ups with an account; the others are counted separately', () => {
  const list = [
    somebody({}),
    somebody({ status: 'waitlisted' }),
    somebody({ hasAccount: false }),
    somebody({ status: 'cancelled' }),
  ];
  expect(receivers(list)).toEqual({ reached: 2, unreached: 1 });
});

describe('the forms', () => {
  const [id, signupId, personId] = [1, 2, 3].map(() => crypto.randomUUID());
  test.each([
    ['a resident', { personId }, true],
    ['a first name', { firstName: 'Halima' }, true],
    ['both', { personId, firstName: 'Halima' }, false],
    ['neither', {}, false],
    ['nobody', { firstName: 'Halima', partySize: 0 }, false],
    ['21 people', { firstName: 'Halima', partySize: 21 }, false],
    ['half a person', { firstName: 'Halima', partySize: 1.5 }, false],
  ])('on behalf of others: %s', (_, wish, isGood) => {
    const form = { id, signupId, partySize: 1, ...wish };
    expect(signUpForForm.safeParse(form).success).toBe(isGood);
  });
  test.each([
    ['0', true],
    ['10000', true],
    ['10001', false],
    ['-1', false],
    ['', false],
    ['mange', false],
  ])('heads: %j', (heads, isGood) => {
    expect(setHeadsForm.safeParse({ sessionId: id, heads }).success).toBe(isGood);
  });
});

describe('the texts', () => {
  const all = allWords({ title: 'Kafé', body: null }, [
    { language: 'en', title: 'Café', body: null },
    { language: 'ar', title: 'مقهى', body: null },
  ]);
  test.each([
    ['ar', 'nb', 'ar'],
    [null, 'en', 'en'],
    [null, 'nb', 'nb'],
    ['nb', 'en', 'nb'],
    ['xx', 'nb', 'nb'],
    ['xx', 'en', 'en'],
  ] as const)('asked for %s by a reader of %s: %s', (asked, locale, language) => {
    expect(chooseWords(all, asked, locale).language).toBe(language);
  });
  test('Arabic is right to left', () => {
    expect(all.map(({ direction }) => direction)).toEqual(['ltr', 'ltr', 'rtl']);
  });
});

describe('the poster', () => {
  test('has plain text', () => {
    const { texts } = setPoster([{ title: 'Tur', body: 'Ta med\n\n- **kopp**\n- 2 * 3' }], 1, 1);
    expect(texts).toEqual(['Ta med\n\n- kopp\n- 2 * 3']);
  });
  test('is cut at a paragraph, else at a sentence, else at a word', () => {
    expect(excerpt('Første avsnitt er her.\nAndre', 25)).toBe('Første avsnitt er her. …');
    expect(excerpt('Kom alle. Vi har kaffe til alle', 14)).toBe('Kom alle. …');
    expect(excerpt('Kom og vær med på alt', 16)).toBe('Kom og vær med …');
    expect(excerpt('Kort', 16)).toBe('Kort');
  });
  test('has large letters for a short text, and keeps its own text however many languages there are', () => {
    const text = { title: 'Fest', body: 'Kom. '.repeat(700) };
    expect(setPoster([{ title: 'Fest', body: 'Kom!' }], 1, 1).size).toBe('large');
    const many = setPoster([text, ...Array.from({ length: 11 }, () => text)], 5, 2);
    expect(many.size).toBe('tiny');
    expect(many.texts[0]).toMatch(/^Kom\. .*…$/s);
    expect(many.texts.join('').length).toBeLessThan(1500);
  });
});

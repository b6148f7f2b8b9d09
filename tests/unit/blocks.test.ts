import { describe, expect, test } from 'vitest';
import {
  blockForm,
  contactForm,
  dayIn,
  openState,
  parseHours,
  printHours,
  type OpeningHours,
} from '~/domains/blocks/blocks.ts';
import { osloDay, osloInstant } from '~/lib/time.ts';

/** "1 10:00-15:00" is Monday. */
const hours = (...texts: string[]): OpeningHours[] =>
  texts.map((text) => {
    const [, weekday, opensAt, closesAt] = /^(\d) (.{5})-(.{5})$/.exec(text)!;
    return { weekday: Number(weekday), opensAt: opensAt!, closesAt: closesAt! };
  });
const week = hours('1 10:00-15:00', '3 10:00-15:00', '3 16:00-18:00');

describe('open or closed', () => {
  // 2026-11-23 is a Monday.
  test.each([
    ['a minute before', '2026-11-23 09:59', { open: false, opensAt: '10:00', inDays: 0 }],
    ['on the stroke', '2026-11-23 10:00', { open: true, closesAt: '15:00' }],
    ['in the last minute', '2026-11-23 14:59', { open: true, closesAt: '15:00' }],
    ['at closing time', '2026-11-23 15:00', { open: false, opensAt: '10:00', inDays: 2 }],
    [
      'between two openings of a day',
      '2026-11-25 15:30',
      { open: false, opensAt: '16:00', inDays: 0 },
    ],
    ['in the second opening', '2026-11-25 16:00', { open: true, closesAt: '18:00' }],
    [
      'after the last of the week',
      '2026-11-25 18:00',
      { open: false, opensAt: '10:00', inDays: 5 },
    ],
    ['on Sunday evening', '2026-11-29 23:59', { open: false, opensAt: '10:00', inDays: 1 }],
  ])('%s', (_when, at, state) => {
    const [day, clock] = at.split(' ') as [string, string];
    expect(openState(week, osloInstant(day, clock))).toEqual(state);
  });

  test('no hours: nothing is shown', () => {
    expect(openState([], new Date())).toBeNull();
  });

  test('one opening a week, just over: the next is in seven days', () => {
    const now = osloInstant('2026-11-23', '15:00');
    expect(openState(hours('1 10:00-15:00'), now)).toEqual({
      open: false,
      opensAt: '10:00',
      inDays: 7,
    });
  });

  test.each(['2026-03-28', '2026-03-29', '2026-10-24', '2026-10-25'])(
    'the day of the next opening is right from %s, over the change of clocks',
    (day) => {
      for (const clock of ['00:00', '00:30', '12:00', '23:00', '23:59'])
        for (let days = 0; days <= 7; days++) {
          const expected = new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
          expect(osloDay(dayIn(days, osloInstant(day, clock)))).toBe(expected);
        }
    },
  );
});

describe('hours as typed', () => {
  test.each([
    ['10:00–15:00', '10:00–15:00'],
    ['10:00-15:00', '10:00–15:00'],
    [' 10:00 - 15:00 , 16:00–18:00 ', '10:00–15:00, 16:00–18:00'],
    ['16:00-18:00,10:00-15:00', '10:00–15:00, 16:00–18:00'],
    ['10:00-12:00, 12:00-14:00', '10:00–12:00, 12:00–14:00'],
    ['00:00-23:59', '00:00–23:59'],
    ['', ''],
    [' , ', ''],
  ])('%j is read, and printed as %j', (typed, printed) => {
    const read = parseHours(3, typed);
    expect(printHours(read!, 3)).toBe(printed);
    expect(parseHours(3, printed)).toEqual(read);
  });

  test.each([
    '10-15',
    '10:00',
    '10:00-',
    '24:00-25:00',
    '10:60-11:00',
    '15:00-10:00',
    '10:00-10:00',
    '10:00-15:00, 14:00-16:00',
    '10:00-15:00 16:00-18:00',
    'stengt',
    '10.00-15.00',
    '-10:00-15:00',
    '10:00-15:00, x',
  ])('%j cannot be read', (typed) => {
    expect(parseHours(1, typed)).toBeNull();
  });

  test('are printed for their own day only', () => {
    expect(printHours(week, 2)).toBe('');
    expect(printHours(week, 1)).toBe('10:00–15:00');
  });
});

describe('the form of a contact card', () => {
  const typed = (over: object) =>
    contactForm.safeParse({ kind: 'landlord', title: 'Vakt', ...over });

  test('puts the message under the day that cannot be read', () => {
    const paths = typed({ day3: '10-15' }).error?.issues.map(({ path, message }) => [
      path[0],
      message,
    ]);
    expect(paths).toEqual([['day3', 'blocks.settings.hours_invalid']]);
  });

  test.each([
    'a@b',
    'a b@c.no',
    '@c.no',
    'javascript:alert(1)',
    'a@b.no?bcc=c@d.no',
    'a@b.no\nbcc:x',
  ])('refuses the e-mail address %j', (email) => {
    expect(typed({ email }).success).toBe(false);
  });

  test('accepts every optional line empty, as null', () => {
    expect(typed({ phone: '', email: ' ', note: '' }).data).toMatchObject({
      phone: null,
      email: null,
      note: null,
    });
  });
});

test.each([
  ['Stor', false],
  ['to--streker', false],
  ['-foran', false],
  ['bak-', false],
  ['æøå', false],
  ['a/b', false],
  ['..', false],
  ['gata-1', true],
])('the address %j in the portal: %s', (slug, good) => {
  const block = {
    name: 'x',
    address: 'x',
    district: 'x',
    ownerType: 'heleid',
    stairs: 'A',
    floors: '1',
    flatsPerFloor: '1',
  };
  expect(blockForm.safeParse({ ...block, slug }).success).toBe(good);
});

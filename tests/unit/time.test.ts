import { describe, expect, test } from 'vitest';
import {
  daysUntil,
  formatClock,
  formatDate,
  formatMoment,
  osloClock,
  osloDay,
  osloInstant,
  osloWeekday,
  relativeDay,
  weekdayName,
} from '~/lib/time.ts';

describe('an Oslo time as an instant', () => {
  test.each([
    ['in winter', '2026-01-15', '12:00', '2026-01-15T11:00:00Z'],
    ['in summer', '2026-07-15', '12:00', '2026-07-15T10:00:00Z'],
    ['at midnight, where the day in UTC is another', '2026-07-15', '00:00', '2026-07-14T22:00:00Z'],
    ['on new year`s night', '2027-01-01', '00:30', '2026-12-31T23:30:00Z'],
    ['the last minute before the clocks go forward', '2026-03-29', '01:59', '2026-03-29T00:59:00Z'],
    ['the first minute after they went forward', '2026-03-29', '03:00', '2026-03-29T01:00:00Z'],
    ['in the hour that is not there: moved on', '2026-03-29', '02:30', '2026-03-29T01:30:00Z'],
    ['the last minute before the doubled hour', '2026-10-25', '01:59', '2026-10-24T23:59:00Z'],
    ['in the doubled hour: the first one', '2026-10-25', '02:30', '2026-10-25T00:30:00Z'],
    ['the first minute after the doubled hour', '2026-10-25', '03:00', '2026-10-25T02:00:00Z'],
    ['on the evening of both changes, in spring', '2026-03-29', '23:59', '2026-03-29T21:59:00Z'],
    ['on the evening of both changes, in autumn', '2026-10-25', '23:59', '2026-10-25T22:59:00Z'],
  ])('%s', (_when, day, clock, instant) => {
    expect(osloInstant(day, clock).toISOString()).toBe(new Date(instant).toISOString());
  });

  test('reads back as it was written, every half hour of two years, except the hour that does not exist', () => {
    const wrong: string[] = [];
    for (let day = 0; day < 730; day++) {
      const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
      for (let half = 0; half < 48; half++) {
        const clock = `${String(half >> 1).padStart(2, '0')}:${half % 2 ? '30' : '00'}`;
        const at = osloInstant(date, clock);
        if (`${osloDay(at)} ${osloClock(at)}` !== `${date} ${clock}`)
          wrong.push(`${date} ${clock}`);
      }
    }
    expect(wrong).toEqual([
      '2026-03-29 02:00',
      '2026-03-29 02:30',
      '2027-03-28 02:00',
      '2027-03-28 02:30',
    ]);
  });
});

describe('days until', () => {
  test.each([
    ['a minute over midnight is tomorrow', '2026-06-01 23:59', '2026-06-02 00:00', 1],
    ['a whole day long is still today', '2026-06-01 00:00', '2026-06-01 23:59', 0],
    ['yesterday is minus one', '2026-06-02 00:00', '2026-06-01 23:59', -1],
    [
      'over the clocks going forward (a day of 23 hours)',
      '2026-03-28 12:00',
      '2026-03-30 12:00',
      2,
    ],
    ['on the day they go forward', '2026-03-29 00:00', '2026-03-30 00:00', 1],
    ['over the clocks going back (a day of 25 hours)', '2026-10-24 23:59', '2026-10-26 00:00', 2],
    ['within the day of 25 hours', '2026-10-25 00:00', '2026-10-25 23:59', 0],
    ['over a year', '2026-12-31 23:00', '2027-01-01 01:00', 1],
    ['over the leap day', '2028-02-28 12:00', '2028-03-01 12:00', 2],
  ])('%s', (_what, now, at, days) => {
    const instant = (text: string) => osloInstant(...(text.split(' ') as [string, string]));
    expect(daysUntil(instant(at), instant(now))).toBe(days);
  });
});

test.each([
  ['2026-11-23T12:00:00Z', 1],
  ['2026-11-29T12:00:00Z', 7],
  ['2026-11-29T22:59:00Z', 7],
  ['2026-11-29T23:00:00Z', 1],
  ['2026-07-05T21:59:00Z', 7],
  ['2026-07-05T22:00:00Z', 1],
])('%s is weekday %i in Oslo', (at, weekday) => {
  expect(osloWeekday(new Date(at))).toBe(weekday);
});

test('midnight is 00:00, not 24:00, in both languages', () => {
  const midnight = osloInstant('2026-05-03', '00:00');
  expect(osloClock(midnight)).toBe('00:00');
  expect(['nb', 'en'].map((locale) => formatClock(midnight, locale as 'nb'))).toEqual([
    '00:00',
    '00:00',
  ]);
});

test('dates are written in the language of the page and in Oslo`s time', () => {
  const at = new Date('2026-05-02T22:30:00Z');
  expect(formatMoment(at, 'nb')).toBe('søndag 3. mai, 00:30');
  expect(formatDate(at, 'nb')).toBe('3. mai 2026');
  expect(formatDate(at, 'en')).toBe('3 May 2026');
});

test('tomorrow is written as a word', () => {
  const now = osloInstant('2026-05-03', '12:00');
  const say = (day: string) => relativeDay(osloInstant(day, '08:00'), now, 'nb');
  expect(say('2026-05-03')).toBe('i dag');
  expect(say('2026-05-04')).toBe('i morgen');
  expect(say('2026-05-06')).toBe('om 3 døgn'.replace('døgn', say('2026-05-06').split(' ')[2]!));
});

test('1 is Monday and 7 is Sunday', () => {
  expect([1, 7].map((day) => weekdayName(day, 'nb'))).toEqual(['mandag', 'søndag']);
  expect([1, 7].map((day) => weekdayName(day, 'en'))).toEqual(['Monday', 'Sunday']);
});

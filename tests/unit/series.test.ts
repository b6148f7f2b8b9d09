import { describe, expect, it } from 'vitest';
import { translator } from '../../src/i18n/index.ts';
import { readSeries, seriesForm } from '../../src/domains/activities/write/series-form.ts';
import {
  copySeries,
  daysAhead,
  daysOf,
  endOf,
  moveFrom,
  startOf,
} from '../../src/domains/activities/repeat/series-days.ts';
import { seriesText } from '../../src/domains/activities/series-words.ts';
import {
  addDays,
  makeRule,
  nthOf,
  parseRule,
  type Series,
} from '../../src/domains/activities/series.ts';
import { osloInstant } from '../../src/lib/time.ts';

const series = (more: Partial<Series> = {}): Series => ({
  rrule: 'FREQ=WEEKLY;BYDAY=MO',
  startsOn: '2026-01-05',
  from: '16:00',
  to: '18:00',
  extraDays: 0,
  ...more,
});
const now = osloInstant('2026-01-01', '08:00');

describe('the days of a rule', () => {
  const hours = (one: Series, day: string) =>
    (endOf(one, day).getTime() - startOf(one, day).getTime()) / 3_600_000;

  // Summer time begins on Sunday 29 March 2026 and ends on Sunday 25 October 2026.
  it('have the same local time before and after both changes of the clock', () => {
    const sundays = series({ rrule: 'FREQ=WEEKLY;BYDAY=SU', startsOn: '2026-01-04' });
    const days = daysOf(sundays, '2026-03-22', '2026-04-05');
    expect(days.map((day) => startOf(sundays, day).toISOString())).toEqual([
      '2026-03-22T15:00:00.000Z',
      '2026-03-29T14:00:00.000Z',
      '2026-04-05T14:00:00.000Z',
    ]);
    const autumn = daysOf(sundays, '2026-10-18', '2026-11-01');
    expect(autumn.map((day) => startOf(sundays, day).toISOString())).toEqual([
      '2026-10-18T14:00:00.000Z',
      '2026-10-25T15:00:00.000Z',
      '2026-11-01T15:00:00.000Z',
    ]);
  });

  it('end the day after when they go past midnight, an hour shorter or longer when the clock changes', () => {
    const night = series({
      rrule: 'FREQ=WEEKLY;BYDAY=SA',
      from: '22:00',
      to: '06:00',
      extraDays: 1,
    });
    expect(hours(night, '2026-03-21')).toBe(8);
    expect(hours(night, '2026-03-28')).toBe(7);
    expect(hours(night, '2026-10-24')).toBe(9);
  });

  it('may last several days', () => {
    const trip = series({ from: '16:00', to: '12:00', extraDays: 2 });
    expect(hours(trip, '2026-06-05')).toBe(44);
  });

  it('of the second Tuesday of the month are that in every month', () => {
    const rule = series({ rrule: 'FREQ=MONTHLY;BYDAY=2TU', startsOn: '2026-03-10' });
    expect(daysOf(rule, '2026-03-01', '2026-06-30')).toEqual([
      '2026-03-10',
      '2026-04-14',
      '2026-05-12',
      '2026-06-09',
    ]);
  });

  it('of a fifth Tuesday are the last of every month, not only of months that have five', () => {
    expect(nthOf('2026-03-31')).toBe(-1);
    const rule = series({ rrule: 'FREQ=MONTHLY;BYDAY=-1TU', startsOn: '2026-03-31' });
    expect(daysOf(rule, '2026-03-01', '2026-06-30')).toEqual([
      '2026-03-31',
      '2026-04-28',
      '2026-05-26',
      '2026-06-30',
    ]);
  });

  it('include a leap day', () => {
    const rule = series({ rrule: 'FREQ=WEEKLY;BYDAY=TU', startsOn: '2028-02-22' });
    expect(daysOf(rule, '2028-02-22', '2028-03-07')).toEqual([
      '2028-02-22',
      '2028-02-29',
      '2028-03-07',
    ]);
  });

  it('of every other week keep the week over new year with its 53 weeks', () => {
    const rule = series({ rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', startsOn: '2026-12-14' });
    expect(daysOf(rule, '2026-12-14', '2027-01-30')).toEqual([
      '2026-12-14',
      '2026-12-28',
      '2027-01-11',
      '2027-01-25',
    ]);
  });

  it('are made for a year ahead and not for the past', () => {
    const daily = series({
      rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU',
      startsOn: '2020-01-01',
    });
    const noon = daysAhead(daily, osloInstant('2026-06-01', '12:00'));
    expect([noon.days[0], noon.days.at(-1), noon.days.length]).toEqual([
      '2026-06-01',
      '2027-06-02',
      367,
    ]);
    const evening = daysAhead(daily, osloInstant('2026-06-01', '18:00'));
    expect(evening.days[0]).toBe('2026-06-02');
  });

  it('are made for a year from a start that is far ahead', () => {
    const far = daysAhead(series({ startsOn: '2030-01-07' }), now);
    expect([far.days[0], far.madeUntil]).toEqual(['2030-01-07', '2031-01-08']);
  });

  it('are never more than 800', () => {
    const daily = series({ rrule: 'FREQ=DAILY' });
    expect(daysOf(daily, '2026-01-05', '2099-12-31')).toHaveLength(800);
  });
});

describe('a rule', () => {
  it.each([
    [{ repeats: 'weekly', weekdays: [1, 3], nth: 0, lastDay: null }, 'FREQ=WEEKLY;BYDAY=MO,WE'],
    [
      { repeats: 'biweekly', weekdays: [5], nth: 0, lastDay: '2026-06-18' },
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20260618',
    ],
    [{ repeats: 'monthly', weekdays: [2], nth: 2, lastDay: null }, 'FREQ=MONTHLY;BYDAY=2TU'],
    [{ repeats: 'monthly', weekdays: [7], nth: -1, lastDay: null }, 'FREQ=MONTHLY;BYDAY=-1SU'],
  ] as const)('is written and read back: %o', (rule, rrule) => {
    const whole = { ...rule, weekdays: [...rule.weekdays] };
    expect(makeRule(whole)).toBe(rrule);
    expect(parseRule(rrule)).toEqual(whole);
  });

  it('that the form cannot express is not read as another one', () => {
    expect(parseRule('FREQ=MONTHLY;BYMONTHDAY=31')).toBeNull();
    expect(parseRule('FREQ=WEEKLY;INTERVAL=3;BYDAY=MO')).toBeNull();
    expect(parseRule('FREQ=WEEKLY;BYDAY=MO;COUNT=3')).toBeNull();
  });
});

describe('in words', () => {
  const plain = (text: string) => text.replaceAll('\u00a0', ' ').replaceAll('\u2060', '');
  const words = (more: Partial<Series>, locale: 'nb' | 'en' = 'nb') =>
    plain(seriesText(series(more), locale, translator(locale)));

  it.each([
    [
      { rrule: 'FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260618' },
      'Hver mandag og onsdag kl. 16:00–18:00, til 18. juni 2026',
    ],
    [{ rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR' }, 'Mandag til fredag kl. 16:00–18:00'],
    [{ rrule: 'FREQ=DAILY' }, 'Hver dag kl. 16:00–18:00'],
    [{ rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TH' }, 'Annenhver uke på torsdag kl. 16:00–18:00'],
    [{ rrule: 'FREQ=MONTHLY;BYDAY=2TU' }, 'Andre tirsdag i måneden kl. 16:00–18:00'],
    [
      { from: '20:00', to: '01:00', extraDays: 1 },
      'Hver mandag kl. 20:00 til kl. 01:00 dagen etter',
    ],
    [
      { from: '10:00', to: '12:00', extraDays: 2 },
      'Hver mandag kl. 10:00 til kl. 12:00 2 dager etter',
    ],
    [{ rrule: 'FREQ=MONTHLY;BYMONTHDAY=31' }, 'Flere ganger kl. 16:00–18:00'],
  ])('%o', (more, text) => {
    expect(words(more)).toBe(text);
  });

  it('is available in English too', () => {
    expect(words({ rrule: 'FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260618' }, 'en')).toBe(
      'Every Monday and Wednesday 16:00–18:00, until 18 June 2026',
    );
    expect(words({ rrule: 'FREQ=MONTHLY;BYDAY=-1SU' }, 'en')).toBe(
      'Last Sunday of the month 16:00–18:00',
    );
  });
});

describe('the form', () => {
  const sent = (more: object = {}) => ({
    dating: 'series',
    repeats: 'weekly',
    weekdays: [1, 3],
    firstDay: '2026-01-06',
    fromClock: '16:00',
    toClock: '18:00',
    ends: 'on',
    lastDay: '2026-06-18',
    ...more,
  });
  const read = (more: object = {}) => {
    const { capacity, ...fields } = sent(more) as ReturnType<typeof sent> & { capacity?: number };
    return readSeries({ ...seriesForm.parse(fields), capacity }, now);
  };

  it('begins on the first of the weekdays, not on a day that is not one', () => {
    const { series: made, errors } = read();
    expect(errors).toEqual({});
    expect(made).toEqual({
      rrule: 'FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260618',
      startsOn: '2026-01-07',
      from: '16:00',
      to: '18:00',
      extraDays: 0,
    });
  });

  it('uses the weekday of the first day when none is chosen, and for every month', () => {
    expect(read({ weekdays: [] }).series?.rrule).toContain('BYDAY=TU;');
    expect(read({ repeats: 'monthly' }).series?.rrule).toContain('BYDAY=1TU;');
  });

  it.each([
    [
      'an end before the start',
      { toClock: '15:00' },
      { toClock: 'activities.form.error.end_before_start' },
    ],
    [
      'an end at the start',
      { toClock: '16:00' },
      { toClock: 'activities.form.error.end_before_start' },
    ],
    [
      'a rule that ends before it starts',
      { lastDay: '2026-01-05' },
      { lastDay: 'activities.series.error.ends_before' },
    ],
    [
      'a rule that yields nothing',
      { lastDay: '2026-01-06' },
      { lastDay: 'activities.series.error.no_dates' },
    ],
    [
      'a rule that is over',
      { firstDay: '2025-01-06', lastDay: '2025-12-24' },
      { lastDay: 'activities.series.error.no_dates' },
    ],
    [
      'no end while there is a sign-up',
      { ends: 'never', capacity: 8 },
      { ends: 'activities.series.error.endless' },
    ],
    ['no last day', { lastDay: null }, { lastDay: 'form.required' }],
    [
      'nothing filled in',
      { firstDay: null, fromClock: null, toClock: null },
      { firstDay: 'form.required', fromClock: 'form.required', toClock: 'form.required' },
    ],
  ])('refuses %s, at its field', (_, more, errors) => {
    expect(read(more)).toEqual({ series: null, errors });
  });

  it('takes an end after midnight, and one without an end and without a sign-up', () => {
    expect(read({ toClock: '01:00', extraDays: 1 }).errors).toEqual({});
    expect(read({ ends: 'never', lastDay: null }).series?.rrule).toBe('FREQ=WEEKLY;BYDAY=MO,WE');
  });

  it.each([
    ['extraDays', 13, true],
    ['extraDays', 14, false],
    ['extraDays', -1, false],
    ['weekdays', [0], false],
    ['weekdays', [8], false],
    ['fromClock', '24:00', false],
    ['firstDay', '1999-12-31', false],
    ['firstDay', '2026-02-30', false],
    ['repeats', 'yearly', false],
  ])('%s %o: taken is %s', (field, value, taken) => {
    expect(seriesForm.safeParse(sent({ [field]: value })).success).toBe(taken);
  });

  it('accepts an unchanged series that is over', () => {
    const over = { firstDay: '2025-01-06', weekdays: [1], lastDay: '2025-12-24' };
    const seenSeries = 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20251224|2025-01-06|16:00|18:00|0';
    expect(read({ ...over, seenSeries }).errors).toEqual({});
    expect(read({ ...over, seenSeries, ends: 'never', capacity: 3 }).errors).toHaveProperty('ends');
  });
});

describe('all later dates', () => {
  const clock = { from: '17:00', to: '19:00', extraDays: 0 };
  const move = (one: Series, oldDay: string, newDay: string, madeUntil = '2026-03-31') =>
    moveFrom(one, { oldDay, newDay, madeUntil }, clock);

  it('move by as many days, with the new time', () => {
    const moved = move(
      series({ rrule: 'FREQ=WEEKLY;BYDAY=MO,WE' }),
      '2026-01-12',
      '2026-01-13',
      '2026-01-21',
    );
    expect(moved?.series).toEqual({
      ...clock,
      rrule: 'FREQ=WEEKLY;BYDAY=TU,TH',
      startsOn: '2026-01-13',
    });
    expect(moved?.moves).toEqual({
      '2026-01-12': '2026-01-13',
      '2026-01-14': '2026-01-15',
      '2026-01-19': '2026-01-20',
      '2026-01-21': '2026-01-22',
    });
  });

  it('of a monthly series go to the weekday of the month of the new day', () => {
    const monthly = series({ rrule: 'FREQ=MONTHLY;BYDAY=2TU', startsOn: '2026-01-13' });
    const moved = move(monthly, '2026-01-13', '2026-01-15');
    expect(moved?.series.rrule).toBe('FREQ=MONTHLY;BYDAY=3TH');
    expect(moved?.moves).toEqual({
      '2026-01-13': '2026-01-15',
      '2026-02-10': '2026-02-19',
      '2026-03-10': '2026-03-19',
    });
  });

  it('stay on the last of the month when only the time changes', () => {
    const last = series({ rrule: 'FREQ=MONTHLY;BYDAY=-1TU', startsOn: '2026-01-27' });
    expect(move(last, '2026-02-24', '2026-02-24')?.series.rrule).toBe('FREQ=MONTHLY;BYDAY=-1TU');
  });

  it('are as many as before: the end moves along', () => {
    const ended = series({ rrule: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20260118' });
    expect(move(ended, '2026-01-05', '2026-01-09')?.series.rrule).toBe(
      'FREQ=WEEKLY;BYDAY=FR;UNTIL=20260116',
    );
    const long = series({ rrule: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20271231' });
    expect(move(long, '2026-01-05', '2026-01-09')?.series.rrule).toContain('UNTIL=20280104');
  });

  it('of every other week cannot be moved to another week in part', () => {
    const rule = series({ rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE' });
    expect(move(rule, '2026-01-05', '2026-01-10')).toBeNull();
    expect(move(rule, '2026-01-05', '2026-01-06')?.series.rrule).toBe(
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH',
    );
  });

  it('do not begin on a day that is not in the rule', () => {
    expect(move(series(), '2026-01-06', '2026-01-07')).toBeNull();
  });
});

describe('a copy', () => {
  const today = osloInstant('2026-03-04', '12:00');
  it('continues from the next day of the rule', () => {
    expect(copySeries(series(), today).startsOn).toBe('2026-03-09');
  });
  it('of a series that is over begins anew, with its old end to be corrected', () => {
    const copy = copySeries(series({ rrule: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20260201' }), today);
    expect(copy).toMatchObject({
      startsOn: '2026-03-09',
      rrule: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20260201',
    });
  });
});

it('adds days past the end of a year', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
});

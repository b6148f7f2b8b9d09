import { describe, expect, it } from 'vitest';
import { translator } from '../../src/i18n/index.ts';
import {
  isCalledOff,
  kinds,
  hasLapsed,
  mayCancel,
  placesLeft,
  signupState,
  type Activity,
  type ActivitySummary,
  type MySignup,
} from '../../src/domains/activities/activities.ts';
import { activityForm, readDates } from '../../src/domains/activities/write/activity-form.ts';
import {
  groupByPeriod,
  laterBegins,
  nextWeeks,
  periodOf,
  toRow,
  whenText,
} from '../../src/domains/activities/schedule.ts';
import { groups } from '../../src/domains/activities/audience.ts';
import { filterOf, filterQuery } from '../../src/domains/activities/find/filter.ts';
import { momentOf } from '../../src/domains/activities/write/signup-form.ts';
import { osloDay, osloInstant } from '../../src/lib/time.ts';

const session = (day: string, from = '10:00', to = '12:00', endDay = day, id = day) => ({
  id,
  startsAt: osloInstant(day, from),
  endsAt: osloInstant(endDay, to),
  isCancelled: false,
  isMoved: false,
  note: null,
});
const activity = (more: Partial<ActivitySummary> = {}): ActivitySummary => ({
  id: 'coffee',
  kind: 'drop_in',
  title: 'Kaffe',
  audience: null,
  placeName: null,
  whereabouts: null,
  isPublic: true,
  forWhom: [],
  status: 'published',
  cancelReason: null,
  capacity: null,
  signedUpCount: 0,
  offeredCount: 0,
  waitlistedCount: 0,
  ...more,
});

describe('periods', () => {
  // Summer time begins on Sunday 29 March 2026 and ends on Sunday 25 October 2026.
  it('puts the last minute of today in today and the first of tomorrow in this week', () => {
    const now = osloInstant('2026-03-28', '23:58');
    expect(periodOf(session('2026-03-28', '23:59', '23:59', '2026-03-29'), now)).toBe('today');
    expect(periodOf(session('2026-03-29', '00:00'), now)).toBe('week');
  });

  it('ends the week on Sunday in the week that loses an hour', () => {
    const now = osloInstant('2026-03-27', '12:00');
    expect(periodOf(session('2026-03-29', '23:30', '23:45'), now)).toBe('week');
    expect(periodOf(session('2026-03-30', '00:00'), now)).toBe('next_week');
    expect(periodOf(session('2026-04-05', '23:30', '23:45'), now)).toBe('next_week');
    expect(periodOf(session('2026-04-06', '00:00'), now)).toBe('later');
  });

  it('ends the week on Sunday in the week that gains an hour', () => {
    const now = osloInstant('2026-10-19', '00:00');
    expect(periodOf(session('2026-10-25', '23:30', '23:45'), now)).toBe('week');
    expect(periodOf(session('2026-10-26', '00:00'), now)).toBe('next_week');
  });

  it('has nothing left of this week on a Sunday', () => {
    expect(periodOf(session('2026-03-30'), osloInstant('2026-03-29', '09:00'))).toBe('next_week');
  });

  it('counts a date that began yesterday and still goes on as today', () => {
    const night = session('2026-06-05', '20:00', '01:00', '2026-06-06');
    expect(periodOf(night, osloInstant('2026-06-06', '00:30'))).toBe('today');
  });

  it('lists a drop-in once in each period, with its dates there', () => {
    const days = ['2026-06-01', '2026-06-02', '2026-06-03', '2026-06-08'];
    const upcoming = days.map((day) => ({ activity: activity(), session: session(day) }));
    const groups = groupByPeriod(upcoming, [], osloInstant('2026-06-01', '08:00'));
    expect(
      groups.map(({ period, happenings }) => [period, happenings[0]?.sessions.length]),
    ).toEqual([
      ['today', 1],
      ['week', 2],
      ['next_week', 1],
    ]);
  });

  it('does not repeat a series that comes soon under later, nor a course twice', () => {
    const at = (id: string, day: string, capacity: number | null = null) => ({
      activity: activity({ id, capacity }),
      session: session(day),
    });
    const now = osloInstant('2026-06-01', '08:00');
    const groups = groupByPeriod(
      [at('coffee', '2026-06-01'), at('course', '2026-06-02', 8)],
      [at('coffee', '2026-06-15'), at('course', '2026-06-16', 8), at('party', '2026-06-20')],
      now,
    );
    expect(
      groups.map(({ period, happenings }) => [period, ...happenings.map(({ id }) => id)]),
    ).toEqual([
      ['today', 'coffee'],
      ['week', 'course'],
      ['later', 'party'],
    ]);
    expect(groups[1]?.happenings[0]?.sessions).toHaveLength(2);
  });

  it('begins later on the Monday after next week, also when the clock is changed', () => {
    for (const [day, later] of [
      ['2026-06-01', '2026-06-15'],
      ['2026-06-07', '2026-06-15'],
      ['2026-10-19', '2026-11-02'],
      ['2026-12-28', '2027-01-11'],
    ] as const) {
      expect(laterBegins(osloInstant(day, '12:00'))).toEqual(osloInstant(later, '00:00'));
      expect(periodOf(session(later), osloInstant(day, '12:00'))).toBe('later');
    }
  });

  it('lists a course with one sign-up only once', () => {
    const course = activity({ capacity: 8 });
    const upcoming = ['2026-06-02', '2026-06-09', '2026-06-16'].map((day) => ({
      activity: course,
      session: session(day),
    }));
    const groups = groupByPeriod(upcoming, [], osloInstant('2026-06-01', '08:00'));
    expect(groups).toHaveLength(1);
    expect(groups[0]?.happenings[0]?.sessions).toHaveLength(3);
  });
});

describe('time in words', () => {
  const t = translator('nb');
  const plain = (text: string) => text.replaceAll('\u00a0', ' ').replaceAll('\u2060', '');

  it('uses today and tomorrow correctly in the night when the clock changes', () => {
    const now = osloInstant('2026-10-24', '23:30');
    const words = (day: string) => plain(whenText(session(day), now, 'nb', t));
    expect(words('2026-10-24')).toBe('I dag kl. 10:00–12:00');
    expect(words('2026-10-25')).toBe('I morgen kl. 10:00–12:00');
    expect(words('2026-10-26')).toBe('Mandag 26. oktober kl. 10:00–12:00');
  });

  it('names both days of a date that goes past midnight', () => {
    const party = session('2026-06-05', '20:00', '01:00', '2026-06-06');
    expect(plain(whenText(party, osloInstant('2026-06-01', '08:00'), 'nb', t))).toBe(
      'Fredag 5. juni kl. 20:00 til lørdag 6. juni kl. 01:00',
    );
  });
});

describe('a copy', () => {
  it('keeps weekday and local time over the change to summer time', () => {
    const course = ['2026-03-19', '2026-03-26', '2026-04-02'].map((day) => session(day));
    const rows = nextWeeks(course, osloInstant('2026-03-20', '08:00'));
    expect(rows.map(({ day, from }) => `${day} ${from}`)).toEqual([
      '2026-03-26 10:00',
      '2026-04-02 10:00',
      '2026-04-09 10:00',
    ]);
  });

  it('of an old activity begins in the coming week', () => {
    const now = osloInstant('2026-06-04', '12:00');
    const [row] = nextWeeks([session('2025-06-05')], now);
    expect(row?.day).toBe('2026-06-11');
    expect(row?.id).toBe('');
  });

  it('leaves cancelled dates out', () => {
    const dates = [session('2026-06-01'), { ...session('2026-06-02'), isCancelled: true }];
    expect(nextWeeks(dates, osloInstant('2026-06-03', '08:00'))).toHaveLength(1);
  });
});

describe('places', () => {
  it('has none left for newcomers while people wait', () => {
    expect(placesLeft(activity({ capacity: 5, signedUpCount: 3, waitlistedCount: 1 }))).toBe(0);
  });
  it('is never below zero when the number was lowered', () => {
    expect(placesLeft(activity({ capacity: 2, signedUpCount: 5 }))).toBe(0);
  });
  it('is not a number when no sign-up is needed', () => {
    expect(placesLeft(activity())).toBeNull();
  });
  it('is shown as cancelled when every date is', () => {
    const dates = [{ ...session('2026-06-02'), isCancelled: true }];
    expect(isCalledOff({ ...activity(), sessions: dates })).toBe(true);
    expect(isCalledOff({ ...activity(), sessions: [...dates, session('2026-06-03')] })).toBe(false);
  });
});

describe('sign-up', () => {
  const now = osloInstant('2026-06-01', '12:00');
  const before = new Date(now.getTime() - 1);
  const course = (more: object = {}) =>
    ({
      ...activity({ capacity: 5 }),
      sessions: [session('2026-06-02')],
      signupOpensAt: null,
      signupClosesAt: null,
      signoffClosesAt: null,
      ...more,
    }) as unknown as Activity;
  const mine = (more: Partial<MySignup>): MySignup => ({
    status: 'signed_up',
    partySize: 1,
    offerExpiresAt: null,
    placeInLine: null,
    ...more,
  });

  it('opens and closes at the exact time', () => {
    expect(signupState(course({ signupOpensAt: now }), before)).toBe('not_open_yet');
    expect(signupState(course({ signupOpensAt: now }), now)).toBe('open');
    expect(signupState(course({ signupClosesAt: now }), before)).toBe('open');
    expect(signupState(course({ signupClosesAt: now }), now)).toBe('closed');
  });

  it.each([
    ['without places', { capacity: null }, 'none'],
    ['cancelled', { status: 'cancelled' }, 'none'],
    ['over', { sessions: [session('2026-05-01')] }, 'none'],
    ['going on right now', { sessions: [session('2026-06-01', '11:00', '14:00')] }, 'closed'],
    [
      'a course that has begun',
      { sessions: [session('2026-05-01'), session('2026-06-02')] },
      'open',
    ],
    [
      'only a cancelled date is left',
      { sessions: [{ ...session('2026-06-02'), isCancelled: true }] },
      'none',
    ],
  ])('%s: %j is %s', (_, more, state) => {
    expect(signupState(course(more), now)).toBe(state);
  });

  it('an offer expires at the exact time, before a job has seen it', () => {
    const offer = mine({ status: 'offered', offerExpiresAt: now });
    expect(hasLapsed(offer, before)).toBe(false);
    expect(hasLapsed(offer, now)).toBe(true);
    expect(hasLapsed(mine({ status: 'lapsed' }), now)).toBe(true);
    expect(hasLapsed(mine({}), now)).toBe(false);
  });

  it('a place can be given up until the deadline, the waiting list always', () => {
    const closed = course({ signoffClosesAt: now });
    expect(mayCancel(closed, mine({}), before)).toBe(true);
    expect(mayCancel(closed, mine({}), now)).toBe(false);
    expect(mayCancel(closed, mine({ status: 'waitlisted' }), now)).toBe(true);
  });
});

describe('the filter', () => {
  const read = (query: string) => filterOf(new URLSearchParams(query));

  it('is kept in the address and read back', () => {
    for (const kind of [undefined, ...kinds])
      for (const group of [undefined, ...groups])
        expect(read(filterQuery({ kind, group }, { vis: '120' }))).toEqual({ kind, group });
  });
  it('is empty when the address has another value', () => {
    expect(read('?type=children&for=constructor')).toEqual({});
    expect(filterQuery({})).toBe('');
  });
});

describe('the form', () => {
  const columns = { sessionId: [], day: [], from: [], to: [], endDay: [], cancelledIds: [] };
  const sent = (more: object = {}) => ({
    id: crypto.randomUUID(),
    title: 'Kaffe',
    kind: 'drop_in',
    isPublic: 'true',
    ...columns,
    day: ['2026-06-01'],
    from: ['10:00'],
    to: ['12:00'],
    ...more,
  });
  const errorsOf = (more: object) => {
    const { error } = activityForm.safeParse(sent(more));
    return Object.fromEntries(error?.issues.map((one) => [one.path[0], one.message]) ?? []);
  };

  it('takes a plain activity', () => {
    expect(errorsOf({})).toEqual({});
  });

  it.each([
    ['title', 120],
    ['audience', 120],
    ['whereabouts', 120],
    ['host', 80],
    ['body', 4000],
    ['whatToExpect', 1000],
    ['food', 200],
    ['languages', 120],
  ])('takes %s of %i characters and no more', (field, max) => {
    expect(errorsOf({ [field]: 'x'.repeat(max) })).toEqual({});
    expect(errorsOf({ [field]: 'x'.repeat(max + 1) })).toEqual({ [field]: 'form.too_long' });
  });

  it('counts a line break as one character, as the browser does', () => {
    expect(errorsOf({ body: 'x\r\n'.repeat(1999) + 'xx' })).toEqual({});
  });

  it.each([
    [0, false],
    [1, true],
    [500, true],
    [501, false],
    [10_000, false],
    [1.5, false],
    [Number.NaN, false],
  ])('%f places: taken is %s', (capacity, taken) => {
    expect('capacity' in errorsOf({ capacity })).toBe(!taken);
  });

  it.each([
    [0, false],
    [1, true],
    [20, true],
    [21, false],
  ])('%i at a time: taken is %s', (maxParty, taken) => {
    expect('maxParty' in errorsOf({ maxParty })).toBe(!taken);
  });

  it.each([
    [{ opensDay: '2026-05-01' }, { capacity: 'activities.form.error.closes_nothing' }],
    [{ signoffDay: '2026-05-01' }, { capacity: 'activities.form.error.closes_nothing' }],
    [
      { capacity: 5, opensClock: '10:00', signoffClock: '10:00' },
      {
        opensDay: 'activities.form.error.day_missing',
        signoffDay: 'activities.form.error.day_missing',
      },
    ],
    [
      { capacity: 5, opensDay: '2026-05-02', closesDay: '2026-05-01' },
      { closesDay: 'activities.form.error.closes_before_opens' },
    ],
    [
      {
        capacity: 5,
        opensDay: '2026-05-01',
        opensClock: '12:00',
        closesDay: '2026-05-01',
        closesClock: '12:00',
      },
      { closesDay: 'activities.form.error.closes_before_opens' },
    ],
    [{ capacity: 5, opensDay: '2026-05-01', closesDay: '2026-05-01' }, {}],
    [{ forWhom: ['children', 'dogs'] }, { forWhom: 'form.invalid' }],
    [{ forWhom: ['children', 'families'] }, {}],
  ])('sign-up %j answers %j', (more, errors) => {
    expect(errorsOf(more)).toEqual(errors);
  });

  it('a day without a time means its first minute for opening and its last for closing', () => {
    const input = activityForm.parse(
      sent({ capacity: 5, opensDay: '2026-05-01', closesDay: '2026-05-01' }),
    );
    expect(momentOf(input, 'opens')).toEqual(osloInstant('2026-05-01', '00:00'));
    expect(momentOf(input, 'closes')).toEqual(osloInstant('2026-05-01', '23:59'));
    expect(momentOf(input, 'signoff')).toBeNull();
  });

  it('refuses an end before or at the start, at its row', () => {
    const key = 'activities.form.error.end_before_start';
    expect(errorsOf({ from: ['12:00'], to: ['10:00'] })).toEqual({ 'to-0': key });
    expect(errorsOf({ to: ['10:00'] })).toEqual({ 'to-0': key });
  });

  it('takes an end after midnight when its day is given', () => {
    expect(errorsOf({ from: ['20:00'], to: ['01:00'], endDay: ['2026-06-02'] })).toEqual({});
  });

  it('takes 14 days and no minute longer', () => {
    expect(errorsOf({ from: ['10:00'], to: ['10:00'], endDay: ['2026-06-15'] })).toEqual({});
    expect(errorsOf({ from: ['10:00'], to: ['10:01'], endDay: ['2026-06-15'] })).toHaveProperty(
      'endDay-0',
    );
  });

  it.each([
    [{ day: ['2026-02-30'] }, 'day-0'],
    [{ day: ['1899-01-01'] }, 'day-0'],
    [{ day: ['tirsdag'] }, 'day-0'],
    [{ day: [''] }, 'day-0'],
    [{ from: [''] }, 'from-0'],
    [{ to: ['25:00'] }, 'to-0'],
    [{ day: [''], from: [''], to: [''] }, 'day-0'],
  ])('reports the mistake in the dates %j', (dates, field) => {
    expect(Object.keys(errorsOf(dates))).toEqual([field]);
  });

  it('leaves empty rows out and keeps the rest in order', () => {
    const dates = {
      ...columns,
      day: ['2026-06-01', '', '2026-06-08'],
      from: ['10:00', '', '10:00'],
      to: ['12:00', '', '12:00'],
    };
    const { sessions } = readDates(dates);
    expect(sessions.map(({ startsAt }) => osloDay(startsAt))).toEqual(['2026-06-01', '2026-06-08']);
  });

  it('takes 100 dates and not 101', () => {
    const many = (count: number) => ({
      day: Array.from({ length: count }, () => '2026-06-01'),
      from: Array.from({ length: count }, () => '10:00'),
      to: Array.from({ length: count }, () => '12:00'),
    });
    expect(errorsOf(many(100))).toEqual({});
    expect(errorsOf(many(101))).toHaveProperty('day-0');
  });

  it('shows a date again as it was typed, in summer and in winter', () => {
    for (const day of ['2026-01-15', '2026-07-15', '2026-10-25']) {
      expect(toRow(session(day, '08:30', '09:15'))).toMatchObject({
        day,
        from: '08:30',
        to: '09:15',
        endDay: '',
      });
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { hold, isWaiting } from '../support/held.ts';
import { extendSeries, seriesJson } from '../../src/domains/activities/repeat/series.server.ts';
import { daysOf, moveFrom } from '../../src/domains/activities/repeat/series-days.ts';
import { addDays, endAt, weekdayOf, type Series } from '../../src/domains/activities/series.ts';
import { osloClock, osloDay, osloInstant } from '../../src/lib/time.ts';

let t: TestDb;
let desk: Db;
const block = demoId('drobakgata-1');
const now = new Date();
const today = osloDay(now);
/** The Monday after next: none of its dates has begun. */
const monday = addDays(today, 15 - weekdayOf(today));

beforeAll(async () => {
  t = await testDatabase();
  desk = await t.as(CAST.drobak.consultant);
}, 60_000);
afterAll(() => t.close());

const mondays = (more: Partial<Series> = {}): Series => ({
  rrule: 'FREQ=WEEKLY;BYDAY=MO',
  startsOn: monday,
  from: '16:00',
  to: '18:00',
  extraDays: 0,
  ...more,
});

interface Row {
  id: string;
  recurs_on: string;
  day: string;
  clock: string;
  is_moved: boolean;
  is_cancelled: boolean;
  note: string | null;
  sequence: number;
}
/** The dates of an activity as the owner role sees them, in order. */
async function datesOf(id: string): Promise<Row[]> {
  const found = await t.sql<Row & { starts_at: Date }>(
    `select id, recurs_on::text, starts_at, is_moved, cancelled_at is not null as is_cancelled, note, sequence
     from activity_sessions where activity_id = $1 order by starts_at`,
    [id],
  );
  return found.map(({ starts_at, ...row }) => ({
    ...row,
    day: osloDay(starts_at),
    clock: osloClock(starts_at),
  }));
}
const ruleOf = async (id: string) =>
  (
    await t.sql<{ rrule: string; starts_on: string; starts_clock: string; made_until: string }>(
      'select rrule, starts_on::text, starts_clock::text, made_until::text from activity_series where activity_id = $1',
      [id],
    )
  )[0]!;
const versionOf = async (id: string) =>
  (await t.sql<{ version: number }>('select version from activities where id = $1', [id]))[0]!
    .version;

const columns = (more: object = {}) => ({
  kind: 'drop_in',
  title: 'Kaffe',
  is_public: true,
  ...more,
});

/** A published series of the consultant, made through the API. */
async function make(series = mondays(), more: object = {}) {
  const id = crypto.randomUUID();
  const { error } = await desk.rpc('create_activity', {
    activity: { id, block_id: block, ...columns(more) },
    sessions: null,
    series: seriesJson(series, now),
  });
  if (error) throw error;
  await desk.rpc('publish_activity', { activity_id: id });
  return { id, dates: await datesOf(id) };
}
const change = async (db: Db, id: string, series: Series, version?: number) =>
  db.rpc('change_activity', {
    activity_id: id,
    seen_version: version ?? (await versionOf(id)),
    activity: columns(),
    sessions: null,
    series: seriesJson(series, now),
  });
const at = (day: string, from: string, to: string) => ({
  starts_at: osloInstant(day, from).toISOString(),
  ends_at: osloInstant(day, to).toISOString(),
});
/** A series is made for a year from its start. */
const madeUntil = addDays(monday, 366);

/** What the server sends for "this and all later dates". */
function following(series: Series, oldDay: string, newDay: string, from = '17:00', to = '19:00') {
  const moved = moveFrom(series, { oldDay, newDay, madeUntil }, { from, to, extraDays: 0 })!;
  return {
    ...at(newDay, from, to),
    series: {
      rrule: moved.series.rrule,
      starts_on: moved.series.startsOn,
      starts_clock: from,
      ends_clock: to,
      extra_days: 0,
      moves: moved.moves,
      seen_rrule: series.rrule,
      seen_until: madeUntil,
    },
  };
}

describe('a series', () => {
  it('makes every Monday of a year at the same local time', async () => {
    const { dates } = await make();
    expect(dates.map(({ day }) => day)).toEqual(daysOf(mondays(), monday, madeUntil));
    expect(new Set(dates.map(({ clock }) => clock))).toEqual(new Set(['16:00']));
    expect(dates.length).toBeGreaterThan(48);
  });

  it('sent twice is one series', async () => {
    const id = crypto.randomUUID();
    const sent = {
      activity: { id, block_id: block, ...columns() },
      sessions: null,
      series: seriesJson(mondays(), now),
    };
    await Promise.all([desk.rpc('create_activity', sent), desk.rpc('create_activity', sent)]);
    expect(await datesOf(id)).toHaveLength(daysOf(mondays(), monday, madeUntil).length);
  });

  it('without an end and with a sign-up is refused, and nothing is stored', async () => {
    const id = crypto.randomUUID();
    const { error } = await desk.rpc('create_activity', {
      activity: { id, block_id: block, ...columns({ capacity: 5 }) },
      sessions: null,
      series: seriesJson(mondays(), now),
    });
    expect(error?.code).toBe('22023');
    expect(await t.sql('select from activities where id = $1', [id])).toEqual([]);
  });

  it('without an end cannot get a sign-up later, unless it gets an end with it', async () => {
    const { id } = await make();
    const places = { activity_id: id, activity: columns({ capacity: 5 }), sessions: null };
    const seen_version = await versionOf(id);
    expect((await desk.rpc('change_activity', { ...places, seen_version })).error?.code).toBe(
      '22023',
    );
    const plain = await desk.from('activities').update({ capacity: 5 }).eq('id', id);
    expect(plain.error?.code).toBe('22023');
    const rrule = endAt('FREQ=WEEKLY;BYDAY=MO', addDays(monday, 70));
    const series = seriesJson(mondays({ rrule }), now);
    expect((await desk.rpc('change_activity', { ...places, seen_version, series })).data).toBe(
      'saved',
    );
    const endless = { rrule: 'FREQ=WEEKLY;BYDAY=MO' };
    const { error } = await desk.from('activity_series').update(endless).eq('activity_id', id);
    expect(error?.code).toBe('22023');
    expect((await ruleOf(id)).rrule).toBe(rrule);
  });

  it.each([
    ['no days', { days: [] }, '22023'],
    ['801 days', { days: Array.from({ length: 801 }, (_, i) => addDays(monday, i)) }, '22023'],
    ['a rule by the hour', { rrule: 'FREQ=HOURLY' }, '23514'],
    ['an end before the start', { ends_clock: '15:00' }, '23514'],
  ])('with %s is refused', async (_, more, code) => {
    const id = crypto.randomUUID();
    const { error } = await desk.rpc('create_activity', {
      activity: { id, block_id: block, ...columns() },
      sessions: null,
      series: { ...(seriesJson(mondays(), now) as object), ...more },
    });
    expect(error?.code).toBe(code);
    expect(await t.sql('select from activities where id = $1', [id])).toEqual([]);
  });

  it('in the hour that summer time skips has dates that end after they start', async () => {
    const sunday = '2028-03-26'; // 02:00 becomes 03:00
    const { dates } = await make(
      mondays({ rrule: 'FREQ=WEEKLY;BYDAY=SU', startsOn: sunday, from: '02:15', to: '03:00' }),
    );
    const [{ minutes }] = (await t.sql<{ minutes: number }>(
      `select extract(epoch from ends_at - starts_at)::int / 60 as minutes from activity_sessions where id = $1`,
      [dates[0]!.id],
    )) as [{ minutes: number }];
    expect([dates[0]!.clock, minutes]).toEqual(['03:15', 45]);
  });
});

describe('a change of the series', () => {
  it('keeps dates that were moved or cancelled by hand, and remakes the others', async () => {
    const { id, dates } = await make();
    const [, second, third] = dates;
    await desk.rpc('move_session', {
      session_id: second!.id,
      ...at(addDays(second!.day, 2), '10:00', '11:00'),
      note: 'Rommet er opptatt.',
    });
    await desk.rpc('cancel_session', { session_id: third!.id, note: 'Fri.' });
    const tuesdays = mondays({
      rrule: 'FREQ=WEEKLY;BYDAY=TU',
      startsOn: addDays(monday, 1),
      from: '12:00',
      to: '13:00',
    });
    expect((await change(desk, id, tuesdays)).data).toBe('saved');
    const after = await datesOf(id);
    expect(after.filter(({ is_moved }) => is_moved)).toMatchObject([
      { id: second!.id, day: addDays(second!.day, 2), clock: '10:00', note: 'Rommet er opptatt.' },
    ]);
    expect(after.filter(({ is_cancelled }) => is_cancelled)).toMatchObject([
      { id: third!.id, day: third!.day, note: 'Fri.' },
    ]);
    const others = after.filter((one) => !one.is_moved && !one.is_cancelled);
    expect(others.map(({ day }) => day)).toEqual(daysOf(tuesdays, monday, addDays(madeUntil, 1)));
    expect(new Set(others.map(({ clock }) => clock))).toEqual(new Set(['12:00']));
  });

  it('of the time only moves the same rows: references to a date stay valid', async () => {
    const { id, dates } = await make();
    await change(desk, id, mondays({ from: '15:00' }));
    const after = await datesOf(id);
    expect(after.map((one) => one.id)).toEqual(dates.map((one) => one.id));
    expect(after.every(({ clock, sequence }) => clock === '15:00' && sequence === 1)).toBe(true);
  });

  it('leaves a date that has begun unchanged', async () => {
    const { id, dates } = await make();
    await t.sql(
      `update activity_sessions set starts_at = now() - interval '1 hour', ends_at = now() + interval '1 hour' where id = $1`,
      [dates[0]!.id],
    );
    const before = (await datesOf(id))[0];
    await change(
      desk,
      id,
      mondays({ rrule: 'FREQ=WEEKLY;BYDAY=FR', startsOn: addDays(monday, 4) }),
    );
    expect((await datesOf(id))[0]).toEqual(before);
  });

  it('from a form that was opened before a date was moved is refused', async () => {
    const { id, dates } = await make();
    const version = await versionOf(id);
    await desk.rpc('move_session', {
      session_id: dates[0]!.id,
      ...at(addDays(monday, 1), '10:00', '11:00'),
    });
    const before = await datesOf(id);
    expect((await change(desk, id, mondays({ from: '12:00' }), version)).data).toBe(
      'changed_meanwhile',
    );
    expect(await datesOf(id)).toEqual(before);
  });

  it('by two consultants at once is one change, and the other is refused', async () => {
    const { id } = await make();
    const version = await versionOf(id);
    const answers = await Promise.all(
      ['12:00', '14:00'].map((from) => change(desk, id, mondays({ from }), version)),
    );
    expect(answers.map(({ data }) => data).sort()).toEqual(['changed_meanwhile', 'saved']);
    expect(new Set((await datesOf(id)).map(({ clock }) => clock)).size).toBe(1);
  });

  it('waits for the move of a single date, and keeps that move', async () => {
    const { id, dates } = await make();
    const [{ id: consultant }] = (await t.sql<{ id: string }>(
      'select id from auth.users where email = $1',
      [CAST.drobak.consultant],
    )) as [{ id: string }];
    const { starts_at, ends_at } = at(addDays(monday, 2), '09:00', '10:00');
    const version = await versionOf(id);
    const held = await hold(t, consultant, 'public.move_session($1, $2, $3)', [
      dates[0]!.id,
      starts_at,
      ends_at,
    ]);
    const late = change(desk, id, mondays({ from: '12:00' }), version).then(({ data }) => data);
    expect(await isWaiting(late)).toBe(true);
    await held.commit();
    expect(await late).toBe('changed_meanwhile');
    expect((await datesOf(id))[0]).toMatchObject({ is_moved: true, clock: '09:00' });
  });
});

describe('moving a date and all that follow', () => {
  it('moves them by the rule; a moved one keeps its time and a cancelled one stays cancelled', async () => {
    const { id, dates } = await make();
    const [first, second, third, fourth] = dates;
    await desk.rpc('move_session', {
      session_id: third!.id,
      ...at(addDays(third!.day, 3), '10:00', '11:00'),
    });
    await desk.rpc('cancel_session', { session_id: fourth!.id });
    const sent = following(mondays(), second!.day, addDays(second!.day, 1));
    const { data } = await desk.rpc('move_following', { session_id: second!.id, ...sent });
    expect(data).toBe('moved');
    const after = await datesOf(id);
    expect(after.find((one) => one.id === first!.id)).toMatchObject({
      day: monday,
      clock: '16:00',
    });
    expect(after.find((one) => one.id === second!.id)).toMatchObject({
      day: addDays(second!.day, 1),
      clock: '17:00',
      is_moved: false,
    });
    expect(after.find((one) => one.id === third!.id)).toMatchObject({
      recurs_on: addDays(third!.day, 1),
      day: addDays(third!.day, 3),
      clock: '10:00',
      is_moved: true,
    });
    expect(after.find((one) => one.id === fourth!.id)).toMatchObject({
      day: addDays(fourth!.day, 1),
      is_cancelled: true,
    });
    expect(after).toHaveLength(dates.length);
    expect(await ruleOf(id)).toMatchObject({
      rrule: 'FREQ=WEEKLY;BYDAY=TU',
      starts_on: addDays(second!.day, 1),
      starts_clock: '17:00:00',
      made_until: addDays(dates.at(-1)!.day, 1),
    });
  });

  it('back onto days of the same series is not a conflict', async () => {
    const daily = mondays({ rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU' });
    const { id, dates } = await make(daily);
    const sent = following(daily, dates[0]!.day, addDays(monday, -1));
    expect((await desk.rpc('move_following', { session_id: dates[0]!.id, ...sent })).data).toBe(
      'moved',
    );
    expect((await datesOf(id)).map(({ day }) => day)).toEqual(
      dates.map(({ day }) => addDays(day, -1)),
    );
  });

  it('to a day that already has a date is refused and changes nothing', async () => {
    const { id, dates } = await make(mondays({ rrule: 'FREQ=WEEKLY;BYDAY=MO,WE' }));
    const before = [await datesOf(id), await ruleOf(id)];
    const sent = following(mondays({ rrule: 'FREQ=WEEKLY;BYDAY=MO,WE' }), dates[1]!.day, monday);
    const { data } = await desk.rpc('move_following', { session_id: dates[1]!.id, ...sent });
    expect(data).toBe('taken');
    expect([await datesOf(id), await ruleOf(id)]).toEqual(before);
  });

  it('from a page that is older than the rule is refused and changes nothing', async () => {
    const { id, dates } = await make();
    const sent = following(mondays(), dates[1]!.day, addDays(dates[1]!.day, 1));
    const answers = await Promise.all([
      desk.rpc('move_following', { session_id: dates[1]!.id, ...sent }),
      desk.rpc('move_following', { session_id: dates[1]!.id, ...sent }),
    ]);
    expect(answers.map(({ data }) => data).sort()).toEqual(['changed_meanwhile', 'moved']);
    expect((await ruleOf(id)).rrule).toBe('FREQ=WEEKLY;BYDAY=TU');
  });

  it('of an activity without a series moves its later dates by as many days', async () => {
    const id = crypto.randomUUID();
    const days = [monday, addDays(monday, 1), addDays(monday, 10)];
    await desk.rpc('create_activity', {
      activity: { id, block_id: block, ...columns({ kind: 'course' }) },
      sessions: days.map((day) => ({ id: null, ...at(day, '10:00', '12:00') })),
    });
    const [, second] = await datesOf(id);
    const sent = at(addDays(monday, 3), '11:00', '12:00');
    const { data, error } = await desk.rpc('move_following', { session_id: second!.id, ...sent });
    expect(error ?? data).toBe('moved');
    expect((await datesOf(id)).map(({ day, clock }) => [day, clock])).toEqual([
      [monday, '10:00'],
      [addDays(monday, 3), '11:00'],
      [addDays(monday, 12), '11:00'],
    ]);
  });

  it('notifies a person who is signed up once, not once per date', async () => {
    const last = addDays(monday, 70);
    const course = mondays({ rrule: endAt('FREQ=WEEKLY;BYDAY=MO', last) });
    const { id, dates } = await make(course, { capacity: 5 });
    const resident = await t.as(CAST.drobak.resident);
    await resident.rpc('sign_up', { activity_id: id });
    const sent = following(course, dates[1]!.day, addDays(dates[1]!.day, 1));
    await desk.rpc('move_following', { session_id: dates[1]!.id, ...sent });
    const { data } = await resident
      .from('notifications')
      .select('kind, session_id')
      .eq('activity_id', id);
    expect(data?.filter(({ kind }) => kind === 'session_moved')).toEqual([
      { kind: 'session_moved', session_id: dates[1]!.id },
    ]);
  });
});

describe('cancelling a date and all that follow', () => {
  it('ends the series the day before, and the job makes no more', async () => {
    const { id, dates } = await make();
    const { data } = await desk.rpc('cancel_following', {
      session_id: dates[3]!.id,
      note: 'Slutt for i år.',
    });
    expect(data).toBe('cancelled');
    const after = await datesOf(id);
    expect(after.map(({ is_cancelled }) => is_cancelled)).toEqual(dates.map((_, i) => i >= 3));
    expect(after[3]!.note).toBe('Slutt for i år.');
    const until = addDays(dates[3]!.day, -1).replaceAll('-', '');
    expect((await ruleOf(id)).rrule).toBe(`FREQ=WEEKLY;BYDAY=MO;UNTIL=${until}`);
    await extendSeries(t.service(), new Date(now.getTime() + 200 * 86_400_000));
    expect(await datesOf(id)).toEqual(after);
  });

  it('never makes a series longer than it was', async () => {
    const rrule = endAt('FREQ=WEEKLY;BYDAY=MO', addDays(monday, 14));
    const { id, dates } = await make(mondays({ rrule }));
    await desk.rpc('cancel_session', { session_id: dates[2]!.id });
    const shorter = endAt('FREQ=WEEKLY;BYDAY=MO', addDays(monday, 7));
    await change(desk, id, mondays({ rrule: shorter }));
    await desk.rpc('cancel_following', { session_id: dates[2]!.id });
    expect((await ruleOf(id)).rrule).toBe(shorter);
  });

  it('still allows one of them to be reinstated', async () => {
    const { id, dates } = await make();
    await desk.rpc('cancel_following', { session_id: dates[1]!.id });
    expect((await desk.rpc('restore_session', { session_id: dates[2]!.id })).data).toBe('restored');
    expect((await datesOf(id)).slice(0, 4).map(({ is_cancelled }) => is_cancelled)).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});

describe('the rolling horizon', () => {
  const later = new Date(now.getTime() + 90 * 86_400_000);

  it('makes missing dates once, also when several copies run at once', async () => {
    const { id, dates } = await make();
    await Promise.all([1, 2, 3].map(() => extendSeries(t.service(), later)));
    const after = await datesOf(id);
    expect(after.map(({ day }) => day)).toEqual(
      daysOf(mondays(), monday, addDays(osloDay(later), 366)),
    );
    expect(after.slice(0, dates.length)).toEqual(dates);
    expect((await ruleOf(id)).made_until).toBe(addDays(osloDay(later), 366));
    await extendSeries(t.service(), later);
    expect(await datesOf(id)).toEqual(after);
  });

  it('makes nothing by a rule that was changed meanwhile', async () => {
    const { id, dates } = await make();
    const until = addDays(today, 500);
    await t.service().rpc('extend_series', {
      activity_id: id,
      rrule: 'FREQ=WEEKLY;BYDAY=SU',
      days: [addDays(today, 450)],
      until,
    });
    expect(await datesOf(id)).toEqual(dates);
    expect((await ruleOf(id)).made_until).toBe(madeUntil);
  });

  it('fills the gap left by moving all dates to earlier days', async () => {
    const { id, dates } = await make();
    const newDay = addDays(dates[1]!.day, -3);
    await desk.rpc('move_following', {
      session_id: dates[1]!.id,
      ...following(mondays(), dates[1]!.day, newDay),
    });
    await extendSeries(t.service(), later);
    const days = (await datesOf(id)).slice(1).map(({ day }) => day);
    const fridays = mondays({ rrule: 'FREQ=WEEKLY;BYDAY=FR', startsOn: newDay });
    expect(days).toEqual(daysOf(fridays, newDay, addDays(osloDay(later), 366)));
  });

  it('is run only by the server', async () => {
    for (const db of [t.anonymous(), await t.as(CAST.drobak.resident), desk]) {
      expect((await db.rpc('due_series', { until: addDays(today, 999) })).error?.code).toBe(
        '42501',
      );
      expect((await db.rpc('run_activity_jobs')).error?.code).toBe('42501');
    }
  });
});

describe('rights', () => {
  const others = {
    anonymous: () => Promise.resolve(t.anonymous()),
    resident: () => t.as(CAST.drobak.resident),
    'consultant elsewhere': () => t.as(CAST.stovner.consultant),
    landlord: () => t.as(CAST.landlord),
  };

  it.each(Object.entries(others))('%s changes no date of a series', async (_, who) => {
    const db = await who();
    const { id, dates } = await make();
    const before = [await datesOf(id), await ruleOf(id), await versionOf(id)];
    const session_id = dates[1]!.id;
    const answers = [
      await db.rpc('move_session', { session_id, ...at(addDays(monday, 1), '10:00', '11:00') }),
      await db.rpc('cancel_session', { session_id }),
      await db.rpc('restore_session', { session_id }),
      await db.rpc('cancel_following', { session_id }),
      await db.rpc('move_following', {
        session_id,
        ...following(mondays(), dates[1]!.day, addDays(dates[1]!.day, 1)),
      }),
      await change(db, id, mondays({ from: '12:00' })),
    ];
    for (const { data, error } of answers)
      expect(error?.code ?? data).toMatch(/^(42501|not_found|changed_meanwhile)$/);
    expect([await datesOf(id), await ruleOf(id), await versionOf(id)]).toEqual(before);
  });

  it('a host changes the dates of their own activity, and of no other', async () => {
    const { id, dates } = await make();
    const other = await make();
    const host = await t.as(CAST.drobak.neighbour);
    await t.sql(
      `insert into activity_hosts (activity_id, block_id, person_id)
       select $1, $2, id from auth.users where email = $3`,
      [id, block, CAST.drobak.neighbour],
    );
    expect((await host.rpc('cancel_session', { session_id: dates[0]!.id })).data).toBe('cancelled');
    expect((await change(host, id, mondays({ from: '12:00' }))).data).toBe('saved');
    expect((await datesOf(id))[1]!.clock).toBe('12:00');
    expect((await host.rpc('cancel_session', { session_id: other.dates[0]!.id })).data).toBe(
      'not_found',
    );
    expect(await datesOf(other.id)).toEqual(other.dates);
  });

  it('a past date, or one of a cancelled activity, is not changed', async () => {
    const { id, dates } = await make();
    await t.sql(
      `update activity_sessions set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' where id = $1`,
      [dates[0]!.id],
    );
    const move = (session_id: string) =>
      desk.rpc('move_session', { session_id, ...at(addDays(monday, 1), '10:00', '11:00') });
    expect((await move(dates[0]!.id)).data).toBe('past');
    await desk.rpc('cancel_activity', { activity_id: id, reason: 'Slutt.' });
    expect((await move(dates[1]!.id)).data).toBe('activity_cancelled');
    expect((await datesOf(id)).some(({ is_moved }) => is_moved)).toBe(false);
  });
});

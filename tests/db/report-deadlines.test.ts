import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EVERYBODY, YARD, cases, type Cases } from '../support/cases.ts';
import { clock } from '../support/clock.ts';
import { hold } from '../support/held.ts';
import { FLAT } from '../support/reports.ts';

/** Deadlines: working days of Norway, when a deadline is set and changed, and the weekly notification when it has passed. */

let t: Cases;
let time: Awaited<ReturnType<typeof clock>>;
beforeAll(async () => {
  t = await cases();
  time = await clock(t);
  // Whatever day the clock shows, these cases are not from that day.
  await t.sql("update public.reports set created_at = '2020-01-01'");
});
afterAll(() => t?.close());

/** Easter Sundays from the almanac (Universitetet i Oslo), month and day. */
const EASTER: Record<number, string> = {
  2024: '03-31', 2025: '04-20', 2026: '04-05', 2027: '03-28', 2028: '04-16', 2029: '04-01', 2030: '04-21',
  2031: '04-13', 2032: '03-28', 2033: '04-17', 2034: '04-09', 2035: '03-25', 2038: '04-25', 2076: '04-19',
}; // prettier-ignore
const YEARS = Array.from({ length: 12 }, (_, n) => 2024 + n);
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const iso = (date: Date) => date.toISOString().slice(0, 10);
const plus = (date: Date, days: number) => new Date(date.getTime() + days * 86_400_000);
/** Skjærtorsdag, langfredag, første and annen påskedag, Kristi himmelfart, første and annen pinsedag, and the fixed ones. */
const holidaysOf = (year: number) => {
  const easter = day(`${year}-${EASTER[year]}`);
  return [
    ...[-3, -2, 0, 1, 39, 49, 50].map((days) => iso(plus(easter, days))),
    ...['01-01', '05-01', '05-17', '12-25', '12-26'].map((rest) => `${year}-${rest}`),
  ];
};
const HOLIDAYS = new Set(YEARS.flatMap(holidaysOf));
const isWorkingDay = (date: Date) => date.getUTCDay() % 6 !== 0 && !HOLIDAYS.has(iso(date));

describe('the calendar', () => {
  test('Easter is when the almanac says', async () => {
    const rows = await t.sql<{ year: number; easter: string }>(
      'select y as year, private.easter(y)::text as easter from unnest($1::int[]) y',
      [Object.keys(EASTER)],
    );
    expect(Object.fromEntries(rows.map((row) => [row.year, row.easter.slice(5)]))).toEqual(EASTER);
  });

  test('every day of 2024–2030 is a working day or not, as counted from the list of holidays', async () => {
    const rows = await t.sql<{ day: string }>(
      `select d::date::text as day from generate_series('2024-01-01'::date, '2030-12-31', '1 day') d
       where private.is_working_day(d::date)`,
    );
    const expected = [];
    for (let d = day('2024-01-01'); iso(d) <= '2030-12-31'; d = plus(d, 1))
      if (isWorkingDay(d)) expected.push(iso(d));
    expect(rows.map((row) => row.day)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(1700);
  });

  test('adding working days equals counting them, from any day and over long periods', async () => {
    const starts: string[] = [];
    for (let d = day('2026-03-25'); iso(d) <= '2026-05-30'; d = plus(d, 1)) starts.push(iso(d));
    for (let d = day('2025-12-20'); iso(d) <= '2026-01-06'; d = plus(d, 1)) starts.push(iso(d));
    const asked = starts.flatMap((start) => [0, 1, 4].map((count) => ({ start, count })));
    for (const count of [20, 250]) asked.push({ start: '2026-02-27', count });
    const rows = await t.sql<{ start: string; count: number; sum: string }>(
      `select s::text as start, c as count, private.add_working_days(s, c)::text as sum
       from unnest($1::date[], $2::int[]) u (s, c)`,
      [asked.map(({ start }) => start), asked.map(({ count }) => count)],
    );
    expect(rows).toHaveLength(asked.length);
    const wrong = rows.filter(({ start, count, sum }) => {
      let at = day(start);
      if (count === 0) while (!isWorkingDay(at)) at = plus(at, 1);
      for (let left = count; left > 0;) {
        at = plus(at, 1);
        if (isWorkingDay(at)) left--;
      }
      return iso(at) !== sum;
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ['2026-04-01', 1, '2026-04-07', 'from Wednesday over Easter'],
    ['2026-05-13', 1, '2026-05-15', 'over Ascension Day'],
    ['2027-05-14', 1, '2027-05-18', '17 May 2027 is both Whit Monday and Constitution Day'],
    ['2026-12-23', 3, '2026-12-29', 'Christmas Eve counts, Christmas Day and a weekend do not'],
    ['2026-11-21', 0, '2026-11-23', 'from a Saturday, none: the Monday'],
    ['2025-12-31', 1, '2026-01-02', 'over the new year'],
  ])('%s and %i working days is %s: %s', async (from, count, to) => {
    const [row] = await t.sql('select private.add_working_days($1::date, $2)::text as day', [from, count]); // prettier-ignore
    expect(row).toEqual({ day: to });
  });

  test('is the same in a time zone in which some days have no midnight', async () => {
    // São Paulo, 4 November 2018: the clock went from 23:59 to 01:00.
    const [row] = await t.sql(
      `with zone as materialized (select set_config('timezone', 'America/Sao_Paulo', true) as name)
       select z.name, array_agg(private.add_working_days('2018-10-31', n)::text order by n) as days
       from zone z, generate_series(1, 5) n group by z.name`,
    );
    expect(row).toEqual({
      name: 'America/Sao_Paulo',
      days: ['2018-11-01', '2018-11-02', '2018-11-05', '2018-11-06', '2018-11-07'],
    });
  });
});

describe('the deadline of a case', () => {
  const set = (
    thing: string,
    days: number | null,
    { is_urgent = false, is_working_days = true } = {},
  ) =>
    days === null
      ? t.sql('delete from public.report_deadlines where thing = $1::public.report_thing', [thing])
      : t.sql(
          `insert into public.report_deadlines (thing, is_urgent, days, is_working_days)
           values ($1::public.report_thing, $2, $3, $4)
           on conflict (thing, is_urgent) do update set days = excluded.days, is_working_days = excluded.is_working_days`,
          [thing, is_urgent, days, is_working_days],
        );
  const expectedBy = async (id: string) =>
    (
      await t.sql<{ day: string | null }>(
        'select expected_by::text as day from public.reports where id = $1',
        [id],
      )
    )[0]!.day;
  beforeEach(async () => {
    await t.sql('delete from public.report_deadlines');
    await time.reset();
  });

  test('is empty when none is set or only one for the other urgency', async () => {
    expect(await expectedBy(await t.newCase(FLAT))).toBeNull();
    await set('leak', 2, { is_urgent: true });
    expect(await expectedBy(await t.newCase(FLAT))).toBeNull();
    await set('drain', 2);
    expect(await expectedBy(await t.newCase(FLAT))).toBeNull();
  });

  test.each([
    ['2026-04-01T10:00:00+02:00', 2, true, '2026-04-08', 'working days, over Easter'],
    ['2026-04-01T10:00:00+02:00', 2, false, '2026-04-03', 'days as they come'],
    ['2026-04-01T10:00:00+02:00', 0, false, '2026-04-01', 'the same day'],
    ['2026-06-30T23:30:00+02:00', 1, true, '2026-07-01', 'late in the evening in Oslo'],
    ['2026-07-01T00:30:00+02:00', 1, true, '2026-07-02', 'after midnight in Oslo, before it in UTC'],
  ])('made at %s with %i (working days: %s): by %s (%s)', async (now, days, is_working_days, by) => {
    await set('leak', days, { is_working_days });
    await time.set(now);
    expect(await expectedBy(await t.newCase(FLAT))).toBe(by);
    expect(await expectedBy(await t.newCaseFor(FLAT, 'landlord', 'leak'))).toBe(by);
  }); // prettier-ignore

  test('is set separately for urgent and not urgent', async () => {
    await set('leak', 5, { is_working_days: false });
    await set('leak', 1, { is_urgent: true, is_working_days: false });
    await time.set('2026-06-01T12:00:00+02:00');
    expect(await expectedBy(await t.newCase(FLAT))).toBe('2026-06-06');
    expect(await expectedBy(await t.newCase(FLAT, 'reporter', { is_urgent: true }))).toBe('2026-06-02'); // prettier-ignore
  });

  test('a new table changes no old case, and reopening counts anew by the current table', async () => {
    await set('leak', 5, { is_working_days: false });
    await time.set('2026-06-01T12:00:00+02:00');
    const id = await t.newCase(FLAT);
    await set('leak', 9, { is_working_days: false });
    await time.set('2026-06-03T12:00:00+02:00');
    await t.change('landlord', id, 'in_progress');
    await t.change('landlord', id, 'fixed');
    expect(await expectedBy(id)).toBe('2026-06-06');
    await t.change('reporter', id, 'reopened', 'Nei.');
    expect(await expectedBy(id)).toBe('2026-06-12');
    await t.change('landlord', id, 'fixed');
    await set('leak', null);
    await t.change('reporter', id, 'reopened', 'Nei.');
    expect(await expectedBy(id)).toBeNull();
  });

  test('only the landlord sets the table, everybody may read it', async () => {
    await set('leak', 5);
    const all = () => t.sql('select * from public.report_deadlines order by thing, is_urgent');
    const before = await all();
    for (const who of EVERYBODY.filter((one) => one !== 'landlord')) {
      const table = (await t.as(who)).from('report_deadlines');
      await table.insert({ thing: 'drain', is_urgent: false, days: 1 });
      await table.upsert({ thing: 'leak', is_urgent: false, days: 1 });
      await table.update({ days: 1 }).eq('thing', 'leak');
      await table.delete().eq('thing', 'leak');
      expect(await all(), who).toEqual(before);
      expect((await table.select('days')).data, who).toEqual([{ days: 5 }]);
    }
    const table = (await t.as('landlord')).from('report_deadlines');
    expect((await table.insert({ thing: 'drain', is_urgent: true, days: 0 })).error).toBeNull();
    expect((await table.upsert({ thing: 'leak', is_urgent: false, days: 7, is_working_days: false })).error).toBeNull(); // prettier-ignore
    expect((await table.delete().eq('thing', 'drain')).error).toBeNull();
    expect(await all()).toEqual([{ thing: 'leak', is_urgent: false, days: 7, is_working_days: false }]); // prettier-ignore
    for (const days of [-1, 366])
      expect((await table.update({ days }).eq('thing', 'leak')).error?.code).toBe('23514');
  });

  test('nobody sets the deadline of a case by hand', async () => {
    const id = await t.newCase();
    for (const who of EVERYBODY) {
      const { error } = await (await t.as(who)).from('reports').update({ expected_by: '2030-01-01' }).eq('id', id); // prettier-ignore
      expect(error?.code, who).toBe('42501');
    }
    expect(await expectedBy(id)).toBeNull();
  });
});

describe('“Vi jobber fortsatt med saken”', () => {
  const run = async () => {
    const { data, error } = await t.service().rpc('run_report_jobs');
    if (error) throw error;
    return (data as { told_late: number }).told_late;
  };
  const said = async (id: string) =>
    (await t.events(id)).filter(({ kind }) => kind === 'still_working');
  /** A case that was due yesterday, by the clock of the test. */
  const late = async (place = YARD) => {
    const id = await t.newCase(place);
    await t.sql('update public.reports set expected_by = private.today() - 1 where id = $1', [id]);
    return id;
  };
  beforeEach(async () => {
    await time.reset();
    await t.sql('delete from public.report_deadlines');
    await t.sql('update public.reports set expected_by = null');
  });

  test('goes to the reporter and followers of a late case, in the name of the system', async () => {
    const id = await late();
    await t.call('neighbour', 'follow_report', { report_id: id });
    expect(await run()).toBe(1);
    expect(await said(id)).toEqual([
      { kind: 'still_working', from_status: null, to_status: null, actor_role: 'system' },
    ]);
    expect(await t.told(id)).toEqual(['report_late neighbour', 'report_late reporter']);
    expect(await t.messages(id)).toEqual([]);
  });

  test('is sent from the day after, not on the day itself', async () => {
    await time.set('2026-06-10T23:59:00+02:00');
    const id = await late();
    await t.sql("update public.reports set expected_by = '2026-06-10' where id = $1", [id]);
    expect(await run()).toBe(0);
    await time.set('2026-06-11T00:01:00+02:00');
    expect(await run()).toBe(1);
  });

  test('is sent once a week', async () => {
    await time.set('2026-06-10T12:00:00+02:00');
    const id = await late();
    expect(await run()).toBe(1);
    await time.set('2026-06-17T11:58:00+02:00');
    expect(await run()).toBe(0);
    await time.set('2026-06-17T12:02:00+02:00');
    expect(await run()).toBe(1);
    expect(await run()).toBe(0);
    expect(await said(id)).toHaveLength(2);
    expect(await t.told(id)).toEqual(['report_late reporter', 'report_late reporter']);
  });

  test('run many times at once adds one event for each case', async () => {
    const ids = [await late(), await late(), await late(FLAT)];
    const answers = await Promise.all(Array.from({ length: 6 }, run));
    expect(answers.reduce((sum, one) => sum + one, 0)).toBe(3);
    for (const id of ids) expect(await said(id)).toHaveLength(1);
  });

  test.each(['fixed', 'confirmed', 'closed', 'withdrawn', 'merged'] as const)(
    'is never sent for a case that is %s',
    async (status) => {
      const anchor = await t.newCase();
      const id = await late();
      await t.put(id, status, anchor);
      expect(await run()).toBe(0);
      expect(await said(id)).toEqual([]);
    },
  );

  test.each(['received', 'forwarded', 'in_progress', 'waiting', 'reopened'] as const)(
    'is sent for a case that is %s',
    async (status) => {
      const id = await late();
      await t.put(id, status);
      expect(await run()).toBe(1);
    },
  );

  test('is not sent when nothing was promised', async () => {
    const id = await t.newCase();
    expect(await run()).toBe(0);
    expect(await t.told(id)).toEqual([]);
  });

  test('is recorded for a case without an account, and notified to nobody', async () => {
    const id = await t.newCaseFor();
    await t.sql('update public.reports set expected_by = private.today() - 1 where id = $1', [id]);
    expect(await run()).toBe(1);
    expect(await said(id)).toHaveLength(1);
    expect(await t.told(id)).toEqual([]);
  });

  test('a case that waits for a lock holds up no other', async () => {
    const [held, other] = [await late(), await late()];
    const lock = await hold(t, await t.idOf('landlord'), 'private.change_report_status($1, $2, null, null)', [held, 'in_progress']); // prettier-ignore
    expect(await run()).toBe(1);
    expect(await said(other)).toHaveLength(1);
    await lock.commit();
    expect(await run()).toBe(1);
    expect(await said(held)).toHaveLength(1);
  });

  test('only the server runs the jobs', async () => {
    const id = await late();
    for (const who of EVERYBODY) expect(await t.call(who, 'run_report_jobs', {}), who).toBe('42501');
    expect(await said(id)).toEqual([]);
  }); // prettier-ignore
});

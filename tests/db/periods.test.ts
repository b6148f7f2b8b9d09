import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSimilar } from '../../src/domains/reports/reports.server.ts';
import { lengths, periods, ranges } from '../../src/lib/numbers.ts';
import { milliseconds } from '../../src/lib/time.ts';
import { CAST } from '../support/cast.ts';
import { moveIn } from '../support/crowd.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { ask, close, openVote } from '../support/polls.ts';
import { BLOCK, FLAT, sendReport } from '../support/reports.ts';
import { addDate, makeActivity } from '../support/signups.ts';

/** Periods and ranges, just before their end and just after it. */

let t: TestDb;
let desk: Db;
beforeAll(async () => {
  t = await testDatabase();
  desk = await t.as(CAST.drobak.consultant);
}, 60_000);
afterAll(() => t?.close());

/** A resident who is used by no other test. */
const somebody = async () => (await moveIn(t, BLOCK, [FLAT]))[0]!;
const MINUTE = 60_000;
const around = (period: keyof typeof periods) => {
  const lasts = milliseconds(periods[period] as Parameters<typeof milliseconds>[0]);
  return [new Date(Date.now() - lasts + MINUTE), new Date(Date.now() - lasts - MINUTE)] as const;
};

test('a case that was fixed within 14 days is shown as similar, and one fixed before is not', async () => {
  expect(periods.similar_cases).toEqual({ count: 14, unit: 'day' });
  const { db } = await somebody();
  const { id } = await sendReport(db, { thing: 'window' });
  const fixed = (at: Date) => t.sql("update reports set status = 'fixed', status_changed_at = $2 where id = $1", [id, at]); // prettier-ignore
  const isSimilar = async () => (await listSimilar(db, FLAT, 'window', new Date())).some((one) => one.id === id); // prettier-ignore
  const [inside, outside] = around('similar_cases');
  await fixed(inside);
  expect(await isSimilar()).toBe(true);
  await fixed(outside);
  expect(await isSimilar()).toBe(false);
});

test('the personal calendar goes 30 days back', async () => {
  expect(periods.calendar_back).toEqual({ count: 30, unit: 'day' });
  const { db } = await somebody();
  const activity = await makeActivity(t, { capacity: 9 });
  expect((await db.rpc('sign_up', { activity_id: activity })).data).toBe('signed_up');
  const secret = (await db.rpc('make_calendar_link')).data!;
  const [inside, outside] = [
    await addDate(t, activity, '-30 days 1 minute'),
    await addDate(t, activity, '-30 days -1 minute'),
  ];
  const dates = (await t.anonymous().rpc('calendar_of', { secret })).data!.map(({ session_id }) => session_id); // prettier-ignore
  expect([dates.includes(inside), dates.includes(outside)]).toEqual([true, false]);
});

test.each(['late_follow_up', 'late_case'] as const)('%s: the people responsible are reminded after 7 days, not before', async (kind) => {
  expect(periods[kind]).toEqual({ count: 7, unit: 'day' });
  const isCase = kind === 'late_case';
  const table = isCase ? 'reports' : 'follow_ups';
  const key = isCase ? 'id' : 'poll_id';
  const run = async () => {
    const { data } = await t.service().rpc(isCase ? 'run_report_jobs' : 'run_follow_up_jobs');
    return Object.values(data as Record<string, number>)[0];
  };
  let id: string;
  if (isCase) {
    id = (await sendReport((await somebody()).db)).id;
    await t.sql('update reports set expected_by = private.today() - 1 where id = $1', [id]);
  } else {
    id = (await openVote(t)).id;
    await close(t, id);
    await t.sql('update follow_ups set next_on = private.today() - 1 where poll_id = $1', [id]);
  }
  await run();
  const told = (at: Date) => t.sql(`update ${table} set told_late_at = $2 where ${key} = $1`, [id, at]);
  const [inside, outside] = around(kind);
  const wasTold = async () =>
    (await t.sql<{ again: boolean }>(`select told_late_at > now() - interval '1 hour' as again from ${table} where ${key} = $1`, [id]))[0]!.again;
  expect(await wasTold()).toBe(true);
  await told(inside);
  await run();
  expect(await wasTold()).toBe(false);
  await told(outside);
  await run();
  expect(await wasTold()).toBe(true);
}); // prettier-ignore

test('a late case is back on the desk 3 days after a reminder, and not before', async () => {
  expect(periods.chased).toEqual({ count: 3, unit: 'day' });
  const { id } = await sendReport((await somebody()).db);
  await t.sql("update reports set status = 'forwarded', expected_by = '2026-01-02' where id = $1", [id]); // prettier-ignore
  const isWaiting = async () =>
    (await desk.rpc('desk_waiting', { block_id: BLOCK })).data!.some((one) => one.kind === 'late_case' && one.id === id); // prettier-ignore
  const chased = (at: Date) => t.sql('update reports set chased_at = $2 where id = $1', [id, at]);
  const [inside, outside] = around('chased');
  await chased(inside);
  expect(await isWaiting()).toBe(false);
  await chased(outside);
  expect(await isWaiting()).toBe(true);
});

test('a poll can be extended by 60 days and not by 61', async () => {
  expect(periods.extension).toEqual({ count: 60, unit: 'day' });
  const { id } = await openVote(t);
  const [row] = await t.sql<{ closes_at: Date }>('select closes_at from polls where id = $1', [id]);
  const later = (days: number) => new Date(row!.closes_at.getTime() + days * 86_400_000);
  const extend = (to: Date) => ask(desk, 'extend_poll', { poll_id: id, closes_at: to, reason: 'Ferie' }); // prettier-ignore
  expect(await extend(later(61))).toBe('too_late');
  expect(await extend(new Date(later(60).getTime() + MINUTE))).toBe('too_late');
  expect(await extend(later(60))).toBe('extended');
});

test('a date lasts as long as its period and not a minute longer', async () => {
  const activity = await makeActivity(t, { startsIn: null });
  const last = (minutes: number) =>
    t.sql(
      `insert into activity_sessions (activity_id, block_id, starts_at, ends_at)
       select $1, $2, now(), now() + make_interval(mins => $3)`,
      [activity, BLOCK, milliseconds(periods.session) / MINUTE + minutes],
    );
  await last(0);
  await expect(last(1)).rejects.toThrow('ends_after_start');
});

test('an hour of the quiet hours is at most 23 and at least 0', async () => {
  expect(ranges.message_settings).toEqual({ quiet_from: [0, 23], quiet_to: [0, 23] });
  const { db } = await somebody();
  const save = (quiet_from: number, quiet_to: number) =>
    ask(db, 'save_message_settings', {
      email_topics: null, push_topics: null, sms_topics: null, rhythm: 'at_once', quiet_from, quiet_to,
    }); // prettier-ignore
  expect(await save(23, 0)).toBeNull();
  for (const [from, to] of [[24, 8], [21, 24], [-1, 8], [21, -1]] as const)
    expect([from, to, await save(from, to)]).toEqual([from, to, '23514']); // prettier-ignore
});

test('without a choice of their own everybody has the same quiet hours', async () => {
  const { id } = await somebody();
  await t.sql('insert into message_settings (person_id) values ($1)', [id]);
  const [row] = await t.sql(
    `select s.quiet_from = private.number('quiet_from') and s.quiet_to = private.number('quiet_to') as same
     from message_settings s where s.person_id = $1`,
    [id],
  );
  expect(row).toEqual({ same: true });
});

test('every length in TypeScript is the maximum of its column', async () => {
  const names = Object.entries(lengths).flatMap(([table, columns]) =>
    Object.entries(columns).map(([column, most]) => ({ table, column, most: most as number })),
  );
  const checks = await t.sql<{ table: string; text: string }>(
    `select c.conrelid::regclass::text as table, pg_get_constraintdef(c.oid) as text from pg_constraint c
     where c.contype = 'c' and c.connamespace = 'public'::regnamespace`,
  );
  const wrong = names.filter(
    ({ table, column, most }) =>
      !checks.some((one) => one.table === table && new RegExp(`length\\(${column}\\) [^a-z]*(<= ${most}\\b|.*ELSE ${most}\\b)`, 's').test(one.text)), // prettier-ignore
  );
  expect(wrong).toEqual([]);
  expect(names.length).toBeGreaterThan(80);
});

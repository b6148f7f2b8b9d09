import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CAST } from '../support/cast.ts';
import { clock } from '../support/clock.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { clientOf, EVERYBODY, expectRefused } from '../support/rights.ts';
import {
  addDate,
  addDateAt,
  expectBooksToBalance,
  makeActivity,
  neighbours,
  signupsOf,
  startsIn,
  type Wish,
} from '../support/signups.ts';

let t: TestDb;
let n: Awaited<ReturnType<typeof neighbours>>;
let time: Awaited<ReturnType<typeof clock>>;
let consultant: Db;
let made: string[] = [];

beforeAll(async () => {
  t = await testDatabase();
  n = await neighbours(t, 6);
  time = await clock(t);
  consultant = await t.as(CAST.drobak.consultant);
}, 60_000);
afterAll(() => t?.close());
afterEach(async () => {
  await time.reset();
  for (const id of made) await expectBooksToBalance(t, id);
  made = [];
});

const make = async (wish: Wish = {}) => {
  const id = await makeActivity(t, { capacity: 2, ...wish });
  made.push(id);
  return id;
};
const runJobs = async () => {
  const { data, error } = await t.service().rpc('run_activity_jobs');
  expect(error).toBeNull();
  return data as { lapsed: number; reminded: number; forgotten: number };
};
const reminders = (id: string) =>
  t.sql<{ person_id: string; sent_at: Date | null }>(
    "select person_id, sent_at from notifications where activity_id = $1 and kind = 'session_today'",
    [id],
  );
const remindedPeople = async (id: string) =>
  (await reminders(id)).map(({ person_id }) => n.people.findIndex((one) => one.id === person_id));

describe('a reminder of today', () => {
  const EVE = '2027-03-09T12:00+01:00';
  const NOON = '2027-03-10T12:00+01:00';
  /** People 0 and 1 signed up the day before, 2 waits; a date at 18 the next day. */
  const tomorrow = async (moment = '2027-03-10T18:00+01:00') => {
    await time.set(EVE);
    const id = await make({ startsIn: null });
    const date = await addDateAt(t, id, moment);
    for (const i of [0, 1, 2]) await n.signUp(i, id);
    return { id, date };
  };

  it('goes once to everybody who is signed up, and to nobody who waits', async () => {
    const { id } = await tomorrow();
    await runJobs();
    expect(await reminders(id)).toEqual([]);
    await time.set(NOON);
    await Promise.all([runJobs(), runJobs(), runJobs()]);
    await runJobs();
    expect((await remindedPeople(id)).sort()).toEqual([0, 1]);
  });

  it.each([
    ['at 7:59', '2027-03-10T07:59+01:00', 0],
    ['at 8', '2027-03-10T08:00:01+01:00', 2],
    ['a minute before the start', '2027-03-10T17:59+01:00', 2],
    ['when it has begun', '2027-03-10T18:00:01+01:00', 0],
    ['just after midnight', '2027-03-10T00:10+01:00', 0],
    ['the day before', '2027-03-09T20:00+01:00', 0],
  ])('%s', async (_, moment, count) => {
    const { id } = await tomorrow();
    await time.set(moment);
    await runJobs();
    expect(await reminders(id)).toHaveLength(count);
  });

  it('is not sent after 21 when it is late', async () => {
    const { id } = await tomorrow('2027-03-10T23:30+01:00');
    await time.set('2027-03-10T21:00:01+01:00');
    await runJobs();
    expect(await reminders(id)).toEqual([]);
    await time.set('2027-03-10T20:59+01:00');
    await runJobs();
    expect(await reminders(id)).toHaveLength(2);
  });

  it.each([
    ['the last minute of the day', '2027-03-28T23:59+02:00', 2],
    ['the first minute of the next', '2027-03-29T00:00+02:00', 0],
  ])('counts days in Oslo on the day summer time begins: %s', async (_, moment, count) => {
    await time.set('2027-03-27T12:00+01:00');
    const id = await make({ startsIn: null });
    await addDateAt(t, id, moment);
    for (const i of [0, 1]) await n.signUp(i, id);
    await time.set('2027-03-28T12:00+02:00');
    await runJobs();
    expect(await reminders(id)).toHaveLength(count);
  });

  it('is not for people who signed up today', async () => {
    const { id } = await tomorrow();
    for (const i of [0, 1]) await n.leave(i, id);
    await time.set(NOON);
    expect(await n.signUp(3, id)).toBe('signed_up');
    await runJobs();
    // Person 2 got a place the day before.
    expect(await remindedPeople(id)).toEqual([2]);
  });

  it('is not for a cancelled date, nor a cancelled activity', async () => {
    const [one, two] = [await tomorrow(), await tomorrow()];
    await consultant.rpc('cancel_session', { session_id: one.date });
    await consultant.rpc('cancel_activity', { activity_id: two.id, reason: 'Storm' });
    await time.set(NOON);
    await runJobs();
    expect([await reminders(one.id), await reminders(two.id)]).toEqual([[], []]);
  });

  it('is not for a person without an account', async () => {
    await time.set(EVE);
    const id = await make({ startsIn: null });
    await addDateAt(t, id, '2027-03-10T18:00+01:00');
    const call = { activity_id: id, signup_id: crypto.randomUUID(), first_name: 'Kari' };
    expect((await consultant.rpc('sign_up_for', call)).data).toBe('signed_up');
    await time.set(NOON);
    await runJobs();
    expect(await reminders(id)).toEqual([]);
  });

  it('is deleted when the sign-up ends before it is sent; a sent one stays', async () => {
    const { id } = await tomorrow();
    await time.set(NOON);
    await runJobs();
    await t.sql(
      'update notifications set sent_at = now() where activity_id = $1 and person_id = $2',
      [id, n.people[1]!.id],
    );
    for (const i of [0, 1]) await n.leave(i, id);
    expect(await remindedPeople(id)).toEqual([1]);
  });

  it('is deleted when the date is cancelled before it is sent, and is made again when the date is reinstated', async () => {
    const { id, date } = await tomorrow();
    await time.set(NOON);
    await runJobs();
    await consultant.rpc('cancel_session', { session_id: date });
    expect(await reminders(id)).toEqual([]);
    await consultant.rpc('restore_session', { session_id: date });
    await runJobs();
    expect(await reminders(id)).toHaveLength(2);
  });

  it('follows a date that is moved to the next day', async () => {
    const { id, date } = await tomorrow();
    await time.set(NOON);
    await runJobs();
    await t.sql(
      'update notifications set sent_at = now() where activity_id = $1 and person_id = $2',
      [id, n.people[1]!.id],
    );
    await consultant.rpc('move_session', {
      session_id: date,
      starts_at: '2027-03-11T18:00+01:00',
      ends_at: '2027-03-11T19:00+01:00',
    });
    await runJobs();
    expect(await remindedPeople(id)).toEqual([1]);
    await time.set('2027-03-11T12:00+01:00');
    await runJobs();
    await runJobs();
    expect((await remindedPeople(id)).sort()).toEqual([0, 1, 1]);
  });

  it('stays when the date is moved within the same day', async () => {
    const { id, date } = await tomorrow();
    await time.set(NOON);
    await runJobs();
    await consultant.rpc('move_session', {
      session_id: date,
      starts_at: '2027-03-10T19:00+01:00',
      ends_at: '2027-03-10T20:00+01:00',
    });
    await runJobs();
    expect(await reminders(id)).toHaveLength(2);
  });
});

describe('an offer in the course of a day', () => {
  it('passes to the next person every three hours, rests at night, and ends with the start', async () => {
    await time.set('2027-03-09T14:00+01:00');
    const id = await make({ capacity: 1, startsIn: null });
    await addDateAt(t, id, '2027-03-10T10:00+01:00');
    for (const i of [0, 1, 2, 3, 4]) await n.signUp(i, id);
    await n.leave(0, id);
    const whoseUntil = async () => {
      await runJobs();
      const rows = await signupsOf(t, id);
      return rows
        .filter(({ status }) => status === 'offered')
        .map((row) => [
          n.people.findIndex((one) => one.id === row.person_id),
          row.offer_expires_at!.toISOString().slice(0, 16),
        ]);
    };
    const seen = [];
    for (const moment of ['14:00', '16:58', '17:05', '20:10', '23:30'])
      seen.push([moment, ...(await (await time.set(`2027-03-09T${moment}+01:00`), whoseUntil()))]);
    for (const moment of ['07:59', '08:01', '09:59', '10:01'])
      seen.push([moment, ...(await (await time.set(`2027-03-10T${moment}+01:00`), whoseUntil()))]);
    expect(seen).toEqual([
      ['14:00', [1, '2027-03-09T16:00']],
      ['16:58', [1, '2027-03-09T16:00']],
      // 20:05, and the next offer would end after 21: it is made in the morning.
      ['17:05', [2, '2027-03-09T19:05']],
      ['20:10', [3, '2027-03-10T07:00']],
      ['23:30', [3, '2027-03-10T07:00']],
      ['07:59', [3, '2027-03-10T07:00']],
      ['08:01', [4, '2027-03-10T09:00']],
      ['09:59', [4, '2027-03-10T09:00']],
      ['10:01'],
    ]);
    expect((await n.queue(id)).map((line) => line.split(' ')[1])).toEqual([
      'cancelled',
      'lapsed',
      'lapsed',
      'lapsed',
      'lapsed',
    ]);
  });
});

describe('a date that is reinstated or moved to a later day', () => {
  it('gives the places that have become free to those who wait', async () => {
    const id = await make({ capacity: 1 });
    for (const i of [0, 1]) await n.signUp(i, id);
    await startsIn(t, id, '-10 minutes');
    await n.leave(0, id);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 waitlisted']);
    const [date] = await t.sql<{ id: string }>(
      'select id from activity_sessions where activity_id = $1',
      [id],
    );
    const soon = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    await consultant.rpc('move_session', {
      session_id: date!.id,
      starts_at: soon(72),
      ends_at: soon(73),
    });
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 signed_up']);
  });

  it('and an added date of a course do the same', async () => {
    const id = await make({ capacity: 1 });
    for (const i of [0, 1]) await n.signUp(i, id);
    await startsIn(t, id, '-10 minutes');
    await n.leave(0, id);
    await addDate(t, id, '7 days');
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 signed_up']);
  });
});

describe('names of participants', () => {
  const ended = async (daysAgo: number) => {
    const id = await make({ capacity: 2 });
    await n.signUp(0, id);
    await consultant.rpc('sign_up_for', {
      activity_id: id,
      signup_id: crypto.randomUUID(),
      first_name: 'Kari',
    });
    await n.signUp(1, id);
    await n.signUp(2, id);
    await n.leave(2, id);
    await t.sql(
      `insert into attendances (session_id, signup_id, activity_id, block_id, present_count)
       select d.id, s.id, s.activity_id, s.block_id, 1 from signups s join activity_sessions d using (activity_id)
       where s.activity_id = $1 and s.status = 'signed_up'`,
      [id],
    );
    await startsIn(t, id, `-${daysAgo} days -1 hour -5 minutes`);
    return id;
  };
  const names = async (id: string) =>
    (await signupsOf(t, id)).filter((row) => row.person_id ?? row.first_name).length;

  it('are deleted 30 days after the last date; numbers and attendance stay; a second run changes nothing', async () => {
    const id = await ended(30);
    const numbers = () =>
      t.sql(
        `select a.signed_up_count, a.waitlisted_count, a.version, (select jsonb_agg(s.status order by s.queue_number) from signups s
           where s.activity_id = a.id) as states, (select count(*)::int from attendances c where c.activity_id = a.id) as came,
           (select count(*)::int from signup_events e where e.activity_id = a.id) as events
         from activities a where a.id = $1`,
        [id],
      );
    const before = await numbers();
    expect(before[0]).toMatchObject({ signed_up_count: 2, waitlisted_count: 1, came: 2 });
    expect((await runJobs()).forgotten).toBeGreaterThanOrEqual(4);
    expect(await names(id)).toBe(0);
    expect((await runJobs()).forgotten).toBe(0);
    expect(await numbers()).toEqual(before);
    const { data } = await consultant.rpc('signup_list', { activity_id: id });
    expect(data!.map(({ name }) => name)).toEqual([null, null, null, null]);
  });

  it('do not remain in notifications', async () => {
    const id = await ended(30);
    await t.sql(
      `insert into notifications (person_id, block_id, kind, subject, activity_id, signup_id)
       select person_id, block_id, 'session_moved', 'x' || id, activity_id, id from signups where activity_id = $1
       and person_id is not null on conflict do nothing`,
      [id],
    );
    await runJobs();
    expect(await t.sql('select from notifications where activity_id = $1', [id])).toEqual([]);
  });

  it('stay for 29 days', async () => {
    const id = await ended(29);
    await runJobs();
    expect(await names(id)).toBe(4);
  });

  it('stay while one date of the course is still to come or recent', async () => {
    const id = await ended(200);
    await addDate(t, id, '-20 days');
    await runJobs();
    expect(await names(id)).toBe(4);
  });

  it('are deleted also when all dates were removed', async () => {
    const id = await ended(40);
    await t.sql('delete from activity_sessions where activity_id = $1', [id]);
    await runJobs();
    expect(await names(id)).toBe(4);
    await t.sql(
      "update signups set created_at = now() - interval '31 days' where activity_id = $1",
      [id],
    );
    await runJobs();
    expect(await names(id)).toBe(0);
  });

  it('are deleted by two jobs at once without an error', async () => {
    const ids = await Promise.all([31, 32, 33].map(ended));
    const runs = await Promise.all([runJobs(), runJobs(), runJobs()]);
    expect(runs.reduce((sum, { forgotten }) => sum + forgotten, 0)).toBe(12);
    for (const id of ids) expect(await names(id)).toBe(0);
  });
});

describe('a person who moves out', () => {
  const membershipOf = async (personId: string) =>
    (
      await t.sql<{ id: string }>(
        'select id from memberships where person_id = $1 and ended_at is null',
        [personId],
      )
    )[0]!.id;

  it('loses future sign-ups, and the next in line get in; past ones stay', async () => {
    const other = await neighbours(t, 1);
    const leaver = other.people[0]!;
    const [far, near, waiting, past] = [
      await make({ capacity: 1 }),
      await make({ capacity: 1, startsIn: '5 hours' }),
      await make({ capacity: 1 }),
      await make({ capacity: 1 }),
    ];
    await n.signUp(3, waiting);
    for (const id of [far, near, waiting, past]) {
      await other.signUp(0, id);
      await n.signUp(0, id);
    }
    await startsIn(t, past, '-3 days');
    await consultant.rpc('end_membership', { membership_id: await membershipOf(leaver.id) });
    expect((await n.queue(far))[1]).toBe('0 signed_up');
    expect((await n.queue(near))[1]).toBe('0 offered');
    expect(await other.history(0, far)).toEqual([
      'signed_up free_place self',
      'cancelled moved_out system',
    ]);
    expect((await other.queue(waiting))[1]).toBe('0 cancelled');
    expect((await other.queue(past))[0]).toBe('0 signed_up');
    expect(await other.signUp(0, far)).toBe('not_member');
  });

  it('but stays in another flat of the building keeps their sign-ups', async () => {
    const other = await neighbours(t, 1);
    const { id: personId } = other.people[0]!;
    await t.sql(
      `insert into memberships (person_id, role, block_id, flat_id)
       select $1, 'resident', p.block_id, p.id from places p join blocks b on b.id = p.block_id
       where b.slug = 'drobakgata-1' and p.kind = 'flat' order by p.name desc limit 1`,
      [personId],
    );
    const id = await make();
    await other.signUp(0, id);
    await t.sql('update memberships set ended_at = now() where id = $1', [
      await membershipOf(personId),
    ]);
    expect(await other.queue(id)).toEqual(['0 signed_up']);
  });
});

describe('the jobs', () => {
  it.each(EVERYBODY)('are not for %s', async (who) => {
    const client = await clientOf(t, who);
    const tables = ['public.signups', 'public.notifications', 'public.activity_sessions'];
    for (const [name, args] of [
      ['run_activity_jobs', {}],
      ['due_series', { until: '2030-01-01' }],
      [
        'extend_series',
        { activity_id: made[0], rrule: 'FREQ=DAILY', days: [], until: '2030-01-01' },
      ],
      ['lapse_offers', {}],
      ['remind_of_today', {}],
      ['forget_signups', {}],
    ] as const)
      await expectRefused(t, tables, () => client.rpc(name, args));
  });
});

import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { hold, isWaiting } from '../support/held.ts';
import {
  expectBooksToBalance,
  makeActivity,
  neighbours,
  runOutOffers,
  signupsOf,
  type Wish,
} from '../support/signups.ts';

let t: TestDb;
let n: Awaited<ReturnType<typeof neighbours>>;
let consultant: Db;
let consultantId: string;
let made: string[] = [];

const SIZE = 50;
const everybody = Array.from({ length: SIZE }, (_, i) => i);

beforeAll(async () => {
  t = await testDatabase();
  n = await neighbours(t, SIZE);
  consultant = await t.as(CAST.drobak.consultant);
  consultantId = (
    await t.sql<{ id: string }>('select id from auth.users where email = $1', [
      CAST.drobak.consultant,
    ])
  )[0]!.id;
}, 60_000);
afterAll(() => t?.close());
afterEach(async () => {
  for (const id of made) await expectBooksToBalance(t, id);
  made = [];
});

const make = async (wish: Wish = {}) => {
  const id = await makeActivity(t, wish);
  made.push(id);
  return id;
};
const setPlaces = async (id: string, capacity: number) =>
  (await consultant.from('activities').update({ capacity }).eq('id', id)).error?.code ?? 'saved';
const runJobs = async () => {
  const { data, error } = await t.service().rpc('run_activity_jobs');
  return error?.code ?? (data as { lapsed: number });
};
const inLine = (lines: string[], state: string) => lines.filter((line) => line.endsWith(state));
/** An open transaction of the consultant that holds the activity, having changed nothing. */
const holdActivity = (id: string) => hold(t, consultantId, 'public.sign_up($1)', [id]);
const removeAccount = (id: string) => t.sql('delete from auth.users where id = $1', [id]);
const endMembership = (id: string) =>
  t.sql('update memberships set ended_at = now() where person_id = $1', [id]);

describe('many at once', () => {
  it('50 for 10 places: the first ten are in, 40 wait in the order in which they came', async () => {
    const id = await make({ capacity: 10 });
    const answers = await Promise.all(everybody.map((i) => n.signUp(i, id)));
    expect(answers.filter((answer) => answer === 'signed_up')).toHaveLength(10);
    expect(answers.filter((answer) => answer === 'waitlisted')).toHaveLength(40);
    const lines = await n.queue(id);
    expect(inLine(lines.slice(0, 10), ' signed_up')).toHaveLength(10);
    expect(inLine(lines.slice(10), ' waitlisted')).toHaveLength(40);
    const places = await Promise.all(
      lines.slice(10).map(async (line) => {
        const { data } = await n.people[Number(line.split(' ')[0])]!.db.from('signups')
          .select('place_in_line')
          .eq('activity_id', id);
        return data![0]!.place_in_line;
      }),
    );
    expect(places).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  it('parties of one to four for 20 places: never too many, and nobody waits who would fit', async () => {
    const id = await make({ capacity: 20 });
    await Promise.all(everybody.map((i) => n.signUp(i, id, 1 + (i % 4))));
    const rows = await signupsOf(t, id);
    const taken = rows
      .filter(({ status }) => status === 'signed_up')
      .reduce((sum, { party_size }) => sum + party_size, 0);
    expect(taken).toBe(20);
    let free = 20;
    // A party is in when there was room for all of it, and waits when there was not.
    for (const { party_size, status } of rows) {
      expect(status).toBe(party_size <= free ? 'signed_up' : 'waitlisted');
      if (party_size <= free) free -= party_size;
    }
  });

  it('the number of places is raised and lowered through the API while people come and go', async () => {
    const id = await make({ capacity: 5, startsIn: '4 hours' });
    await Promise.all(everybody.slice(0, 20).map((i) => n.signUp(i, id)));
    const answers = await Promise.all([
      ...everybody.slice(20).map((i) => n.signUp(i, id, 1 + (i % 3))),
      ...everybody.slice(0, 20).map((i) => n.leave(i, id)),
      ...[8, 3, 7, 2, 9, 4, 8].map((places) => setPlaces(id, places)),
      ...everybody.slice(0, 20).map((i) => n.accept(i, id)),
      runJobs(),
    ]);
    expect(answers).not.toContain('40P01');
    const [row] = await t.sql<{ taken: number }>(
      'select signed_up_count + offered_count as taken from activities where id = $1',
      [id],
    );
    expect(row!.taken).toBeLessThanOrEqual(9);
    const capacity = await setPlaces(id, 9);
    expect(capacity).toBe('saved');
    const rows = await signupsOf(t, id);
    const live = rows.filter(({ status }) => ['signed_up', 'offered'].includes(status));
    const free = 9 - live.reduce((sum, { party_size }) => sum + party_size, 0);
    const waiting = rows.filter(({ status }) => status === 'waitlisted');
    expect(waiting.filter(({ party_size }) => party_size <= free)).toEqual([]);
  });
});

describe('offers', () => {
  it('a person leaves while an offer runs: one more offer, nobody gets two', async () => {
    const id = await make({ capacity: 3, startsIn: '6 hours' });
    for (const i of everybody.slice(0, 8)) await n.signUp(i, id);
    await n.leave(0, id);
    await Promise.all([n.leave(1, id), n.leave(2, id), n.accept(3, id)]);
    expect(await n.queue(id)).toEqual([
      '0 cancelled',
      '1 cancelled',
      '2 cancelled',
      '3 signed_up',
      '4 offered',
      '5 offered',
      '6 waitlisted',
      '7 waitlisted',
    ]);
  });

  it('an offer expires and is declined, accepted and read at the same instant: one promotion', async () => {
    for (let round = 0; round < 8; round++) {
      const id = await make({ capacity: 1, startsIn: '6 hours' });
      for (const i of [0, 1, 2, 3]) await n.signUp(i, id);
      await n.leave(0, id);
      await runOutOffers(t, id);
      const answers = await Promise.all([
        n.leave(1, id),
        n.accept(1, id),
        runJobs(),
        n.signUp(4, id),
        runJobs(),
      ]);
      expect(answers.slice(0, 2)).toEqual(['not_signed_up', 'lapsed']);
      expect(answers[3]).toBe('waitlisted');
      expect(await n.queue(id)).toEqual([
        '0 cancelled',
        '1 lapsed',
        '2 offered',
        '3 waitlisted',
        '4 waitlisted',
      ]);
      expect(await n.told(2, id)).toEqual(['place_offered']);
    }
  });

  it('accepted and declined in two tabs: one of them counts, and one person has the place', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await make({ capacity: 1, startsIn: '6 hours' });
      for (const i of [0, 1, 2]) await n.signUp(i, id);
      await n.leave(0, id);
      await Promise.all([n.accept(1, id), n.leave(1, id)]);
      const lines = await n.queue(id);
      // Accepted first and then left: cancelled. Declined first: nothing to accept.
      expect(['1 cancelled', '1 declined']).toContain(lines[1]);
      expect(lines[2]).toBe('2 offered');
    }
  });

  it('the job run five times at once expires each offer of 20 activities once', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => make({ capacity: 1, startsIn: '6 hours' })),
    );
    await Promise.all(
      ids.map(async (id) => {
        for (const i of [0, 1, 2]) await n.signUp(i, id);
        await n.leave(0, id);
        await runOutOffers(t, id);
      }),
    );
    const answers = await Promise.all(Array.from({ length: 5 }, runJobs));
    expect(answers.every((answer) => typeof answer === 'object')).toBe(true);
    await runJobs();
    for (const id of ids)
      expect(await n.queue(id)).toEqual(['0 cancelled', '1 lapsed', '2 offered']);
  });
});

describe('more places', () => {
  it('three more with a party of four first in line: the party is passed over, those who fit get in', async () => {
    const id = await make({ capacity: 4 });
    await n.signUp(0, id, 4);
    await n.signUp(1, id, 4);
    for (const i of [2, 3, 4, 5]) await n.signUp(i, id);
    await setPlaces(id, 7);
    expect(await n.queue(id)).toEqual([
      '0 signed_up',
      '1 waitlisted',
      '2 signed_up',
      '3 signed_up',
      '4 signed_up',
      '5 waitlisted',
    ]);
    expect(await n.history(1, id)).toEqual([
      'waitlisted full self',
      'waitlisted does_not_fit system',
    ]);
    await setPlaces(id, 11);
    expect((await n.queue(id)).slice(1)).toEqual([
      '1 signed_up',
      '2 signed_up',
      '3 signed_up',
      '4 signed_up',
      '5 waitlisted',
    ]);
  });

  it('added while a newcomer signs up go to those who wait', async () => {
    const id = await make({ capacity: 1 });
    for (const i of [0, 1, 2]) await n.signUp(i, id);
    await Promise.all([...everybody.slice(10, 30).map((i) => n.signUp(i, id)), setPlaces(id, 3)]);
    const lines = await n.queue(id);
    expect(lines.slice(0, 3)).toEqual(['0 signed_up', '1 signed_up', '2 signed_up']);
    expect(inLine(lines, ' waitlisted')).toHaveLength(20);
  });
});

describe('the whole activity cancelled', () => {
  it('while people come, go and accept: each person who was in is notified once, and nobody is left', async () => {
    for (let round = 0; round < 3; round++) {
      const id = await make({ capacity: 10, startsIn: '6 hours' });
      for (const i of everybody.slice(0, 20)) await n.signUp(i, id);
      for (const i of [0, 1, 2]) await n.leave(i, id);
      const cancel = () => consultant.rpc('cancel_activity', { activity_id: id, reason: 'Storm' });
      const [cancelled, ...answers] = await Promise.all([
        new Promise((go) => setTimeout(go, 30)).then(cancel),
        ...everybody.slice(20).map((i) => n.signUp(i, id)),
        ...everybody.slice(3, 9).map((i) => n.leave(i, id)),
        ...everybody.slice(10, 13).map((i) => n.accept(i, id)),
        setPlaces(id, 14),
        runJobs(),
        cancel().then(({ error }) => error?.code ?? 'ok'),
      ]);
      expect(cancelled.error).toBeNull();
      expect(answers).not.toContain('40P01');
      const wrong = await t.sql(
        `select s.status, s.person_id from signups s
         left join signup_events e on e.signup_id = s.id and e.reason = 'activity_cancelled'
         left join notifications m on m.signup_id = s.id and m.kind = 'activity_cancelled'
         where s.activity_id = $1 and s.status in ('signed_up', 'offered', 'waitlisted') or s.activity_id = $1
         group by s.id having s.status in ('signed_up', 'offered', 'waitlisted') or count(distinct e.id) <> count(distinct m.id)
           or count(distinct e.id) > 1`,
        [id],
      );
      expect(wrong).toEqual([]);
      const [told] = await t.sql<{ people: number; messages: number }>(
        `select count(distinct person_id)::int as people, count(*)::int as messages from notifications
         where activity_id = $1 and kind = 'activity_cancelled'`,
        [id],
      );
      expect(told!.messages).toBe(told!.people);
      expect(told!.people).toBeGreaterThan(0);
    }
  });
});

describe('people who disappear', () => {
  it('an account deleted while another person cancels the activity: both succeed', async () => {
    const gone = (await neighbours(t, 1)).people[0]!;
    const id = await make({ capacity: 1 });
    await n.signUp(0, id);
    await gone.db.rpc('sign_up', { activity_id: id });
    const consultants = await holdActivity(id);
    const removing = removeAccount(gone.id);
    expect(await isWaiting(removing)).toBe(true);
    await consultants.call("public.cancel_activity($1, 'Storm')", [id]);
    await consultants.commit();
    await removing;
    expect(await n.queue(id)).toEqual(['0 cancelled', 'null cancelled']);
  });

  it('an account deleted while it gets a place: the place goes to the next', async () => {
    const gone = (await neighbours(t, 1)).people[0]!;
    const id = await make({ capacity: 1 });
    await n.signUp(0, id);
    await gone.db.rpc('sign_up', { activity_id: id });
    await n.signUp(1, id);
    const leaving = await hold(t, n.people[2]!.id, 'public.sign_up($1)', [id]);
    const removing = removeAccount(gone.id);
    expect(await isWaiting(removing)).toBe(true);
    await leaving.call('public.cancel_signup($1)', [id]);
    await leaving.commit();
    await removing;
    await n.leave(0, id);
    expect(await n.queue(id)).toEqual([
      '0 cancelled',
      'null cancelled',
      '1 signed_up',
      '2 cancelled',
    ]);
  });

  it('ten accounts with sign-ups in five activities deleted at once', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => make({ capacity: 4 })));
    const { people } = await neighbours(t, 10);
    // Each in another order, so that they would deadlock without a fixed lock order.
    for (const [i, { db }] of people.entries())
      for (const id of i % 2 ? ids : ids.toReversed()) await db.rpc('sign_up', { activity_id: id });
    for (const id of ids) for (const i of [0, 1, 2]) await n.signUp(i, id);
    const results = await Promise.allSettled([
      ...people.map(({ id }) => removeAccount(id)),
      ...ids.map((id) => n.signUp(3, id)),
      consultant.rpc('cancel_activity', { activity_id: ids[0]!, reason: 'Storm' }),
    ]);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    for (const id of ids.slice(1))
      expect((await n.queue(id)).filter((one) => one !== 'null cancelled')).toEqual(
        [0, 1, 2, 3].map((i) => `${i} signed_up`),
      );
  });

  it('deleting the account of a person who had left does not count as a change of the activity', async () => {
    const gone = (await neighbours(t, 1)).people[0]!;
    const id = await make();
    await gone.db.rpc('sign_up', { activity_id: id });
    await gone.db.rpc('cancel_signup', { activity_id: id });
    await removeAccount(gone.id);
    expect(await t.sql('select version from activities where id = $1', [id])).toEqual([
      { version: 1 },
    ]);
  });

  it('moved out at the moment the consultant removes the sign-up: it ends once', async () => {
    const other = await neighbours(t, 1);
    const gone = other.people[0]!;
    const id = await make({ capacity: 2 });
    await other.signUp(0, id);
    const [signup] = await signupsOf(t, id);
    const consultants = await holdActivity(id);
    const moving = endMembership(gone.id);
    expect(await isWaiting(moving)).toBe(true);
    await consultants.call('public.end_signup($1)', [signup!.id]);
    await consultants.commit();
    await moving;
    expect(await other.history(0, id)).toEqual([
      'signed_up free_place self',
      'cancelled cancelled_by_staff staff',
    ]);
  });

  it('moved out at the moment of signing up: no live sign-up is left', async () => {
    const other = await neighbours(t, 1);
    const gone = other.people[0]!;
    const id = await make({ capacity: 2 });
    const signing = await hold(t, gone.id, 'public.sign_up($1)', [id]);
    const moving = endMembership(gone.id);
    await isWaiting(moving);
    await signing.commit();
    await moving;
    expect(await other.queue(id)).toEqual(['0 cancelled']);
    expect(await other.signUp(0, id)).toBe('not_member');
  });

  it('moved out at the moment the consultant signs them up: no live sign-up is left', async () => {
    const other = await neighbours(t, 1);
    const gone = other.people[0]!;
    const id = await make({ capacity: 2 });
    const call = 'public.sign_up_for($1, gen_random_uuid(), $2)';
    const signing = await hold(t, consultantId, call, [id, gone.id]);
    const moving = endMembership(gone.id);
    await isWaiting(moving);
    await signing.commit();
    await moving;
    expect(await other.queue(id)).toEqual(['0 cancelled']);
  });

  it('five people move out of ten activities while the job runs: no deadlock, all places move on', async () => {
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => make({ capacity: 5, startsIn: '6 hours' })),
    );
    const other = await neighbours(t, 5);
    for (const id of ids) {
      await Promise.all(everybody.slice(0, 4).map((i) => other.signUp(i, id)));
      for (const i of [4, 5, 6, 7, 8, 9]) await n.signUp(i, id);
      await n.leave(4, id);
      await runOutOffers(t, id);
    }
    const results = await Promise.allSettled([
      ...other.people.map(({ id }) => endMembership(id)),
      runJobs(),
      runJobs(),
    ]);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(
      results.slice(-2).every((one) => typeof (one as { value: unknown }).value === 'object'),
    ).toBe(true);
    for (const id of ids)
      expect(inLine(await other.queue(id), ' signed_up').filter((l) => /^[0-4] /.test(l))).toEqual(
        [],
      );
  });
});

describe('the job', () => {
  it('skips an activity that is locked, and does it the next time', async () => {
    const [held, free] = [
      await make({ capacity: 1, startsIn: '6 hours' }),
      await make({ capacity: 1, startsIn: '6 hours' }),
    ];
    for (const id of [held, free]) {
      for (const i of [0, 1, 2]) await n.signUp(i, id);
      await n.leave(0, id);
      await runOutOffers(t, id);
    }
    const client = new pg.Client({ connectionString: t.databaseUrl });
    await client.connect();
    await client.query('begin');
    await client.query('select from activities where id = $1 for update', [held]);
    expect(await isWaiting(runJobs())).toBe(false);
    expect(await n.queue(free)).toEqual(['0 cancelled', '1 lapsed', '2 offered']);
    expect(await n.queue(held)).toEqual(['0 cancelled', '1 offered', '2 waitlisted']);
    await client.query('commit');
    await client.end();
    await runJobs();
    expect(await n.queue(held)).toEqual(['0 cancelled', '1 lapsed', '2 offered']);
  });
});

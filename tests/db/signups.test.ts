import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAST } from '../support/cast.ts';
import { crowd } from '../support/crowd.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';

let t: TestDb;
let block: string;
let one: Db;
let two: Db;
let three: Db;
let consultant: Db;

beforeAll(async () => {
  t = await testDatabase();
  block = (await t.sql<{ id: string }>("select id from blocks where slug = 'drobakgata-1'"))[0]!.id;
  one = await t.as(CAST.drobak.resident);
  two = await t.as(CAST.drobak.household);
  three = await t.as(CAST.drobak.neighbour);
  consultant = await t.as(CAST.drobak.consultant);
}, 60_000);
afterAll(() => t.close());

interface Wish {
  status?: string;
  isPublic?: boolean;
  capacity?: number | null;
  starts?: string;
  closes?: string | null;
}
async function make({
  status = 'published',
  isPublic = true,
  capacity = 1,
  starts = '3 days',
  closes = null,
}: Wish = {}) {
  const [row] = await t.sql<{ id: string }>(
    `insert into activities (block_id, kind, title, status, is_public, capacity, cancel_reason, signup_closes_at)
     values ($1, 'course', 'Kurs', $2::activity_status, $3, $4, case when $2 = 'cancelled' then 'Storm' end, now() + $5::interval)
     returning id`,
    [block, status, isPublic, capacity, closes],
  );
  await t.sql(
    `insert into activity_sessions (activity_id, block_id, starts_at, ends_at)
     values ($1, $2, now() + $3::interval, now() + $3::interval + interval '1 hour')`,
    [row!.id, block, starts],
  );
  return row!.id;
}
const signUp = async (db: Db, id: string) => (await db.rpc('sign_up', { activity_id: id })).data;
const signOff = async (db: Db, id: string) =>
  (await db.rpc('cancel_signup', { activity_id: id })).data;
const counts = async (id: string) =>
  (
    await t.sql<{ in: number; waiting: number }>(
      'select signed_up_count as in, waitlisted_count as waiting from activities where id = $1',
      [id],
    )
  )[0]!;
/** A resident sees only their own sign-ups. */
const mine = async (db: Db, id: string) => {
  const { data } = await db
    .from('signups')
    .select('status, place_in_line')
    .eq('activity_id', id)
    .in('status', ['signed_up', 'offered', 'waitlisted']);
  expect(data?.length).toBeLessThanOrEqual(1);
  return data?.[0] ?? null;
};
/** The counts of the activity match its rows. */
const expectTrueCounts = async (id: string) => {
  const [real] = await t.sql(
    `select count(*) filter (where status = 'signed_up')::int as in, count(*) filter (where status = 'waitlisted')::int as waiting
     from signups where activity_id = $1`,
    [id],
  );
  expect(await counts(id)).toEqual(real);
};

describe('signing up', () => {
  it.each([
    ['a draft', { status: 'draft' }, 'not_found'],
    ['a cancelled activity', { status: 'cancelled' }, 'cancelled'],
    ['one that has been', { starts: '-2 days' }, 'past'],
    ['one whose deadline has passed', { closes: '-1 minute' }, 'closed'],
    ['one without sign-up', { capacity: null }, 'no_signup_needed'],
    ['one that goes on right now', { starts: '-30 minutes' }, 'closed'],
  ])('for %s answers plainly', async (_, wish, outcome) => {
    const id = await make(wish as Wish);
    expect(await signUp(one, id)).toBe(outcome);
    expect((await counts(id)).in).toBe(outcome === 'signed_up' ? 1 : 0);
  });

  it('twice is one sign-up', async () => {
    const id = await make({ capacity: 5 });
    expect(await signUp(one, id)).toBe('signed_up');
    expect(await signUp(one, id)).toBe('already_signed_up');
    expect(await counts(id)).toEqual({ in: 1, waiting: 0 });
  });

  it('ten times at once by one person is one sign-up', async () => {
    const id = await make({ capacity: 5 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => signUp(one, id)));
    expect(answers.filter((answer) => answer === 'signed_up')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'already_signed_up')).toHaveLength(9);
    await expectTrueCounts(id);
  });

  it.each([
    ['a resident of the other building', CAST.stovner.resident],
    ['the consultant of the building', CAST.drobak.consultant],
    ['the consultant of the other building', CAST.stovner.consultant],
    ['the landlord', CAST.landlord],
    ['the admin', CAST.admin],
  ] as const)('is not for %s', async (_, email) => {
    const id = await make();
    expect(await signUp(await t.as(email), id)).toBe('not_member');
    expect(await t.sql('select from signups where activity_id = $1', [id])).toHaveLength(0);
  });

  it('for an activity the person may not see gets the same answer as for an unknown one', async () => {
    const stranger = await t.as(CAST.stovner.resident);
    expect(await signUp(stranger, await make({ isPublic: false }))).toBe('not_found');
    expect(await signUp(stranger, crypto.randomUUID())).toBe('not_found');
  });

  it('is refused without an account', async () => {
    const id = await make();
    const { error } = await t.anonymous().rpc('sign_up', { activity_id: id });
    expect(error?.code).toBe('42501');
    expect((await counts(id)).in).toBe(0);
  });

  it('is refused to a person who has moved out', async () => {
    const id = await make();
    const [person] = await crowd(t, 1);
    await t.sql('update memberships set ended_at = now() where person_id = $1', [person!.id]);
    expect(await signUp(person!.db, id)).toBe('not_member');
  });
});

describe('the waiting list', () => {
  it('gives a freed place to the person who has waited longest, at once', async () => {
    const id = await make();
    expect([await signUp(one, id), await signUp(two, id), await signUp(three, id)]).toEqual([
      'signed_up',
      'waitlisted',
      'waitlisted',
    ]);
    expect(await mine(two, id)).toEqual({ status: 'waitlisted', place_in_line: 1 });
    expect(await mine(three, id)).toEqual({ status: 'waitlisted', place_in_line: 2 });
    expect(await signOff(one, id)).toBe('cancelled');
    expect(await mine(one, id)).toBeNull();
    expect(await mine(two, id)).toEqual({ status: 'signed_up', place_in_line: null });
    expect(await mine(three, id)).toEqual({ status: 'waitlisted', place_in_line: 1 });
    expect(await counts(id)).toEqual({ in: 1, waiting: 1 });
  });

  it('can be left without moving anybody who is in', async () => {
    const id = await make();
    for (const db of [one, two, three]) await signUp(db, id);
    expect(await signOff(two, id)).toBe('cancelled');
    expect(await mine(one, id)).toMatchObject({ status: 'signed_up' });
    expect(await mine(three, id)).toMatchObject({ place_in_line: 1 });
  });

  it('puts a person who comes back last', async () => {
    const id = await make();
    for (const db of [one, two, three]) await signUp(db, id);
    await signOff(two, id);
    expect(await signUp(two, id)).toBe('waitlisted');
    expect(await mine(three, id)).toMatchObject({ place_in_line: 1 });
    expect(await mine(two, id)).toMatchObject({ place_in_line: 2 });
  });

  it('shows nobody the position of another person', async () => {
    const id = await make();
    for (const db of [one, two]) await signUp(db, id);
    const { data } = await consultant
      .from('signups')
      .select('status, place_in_line')
      .eq('activity_id', id)
      .order('queue_number');
    expect(data?.map((row) => row.place_in_line)).toEqual([null, null]);
  });

  it('cancelling twice, or without a sign-up, or when it is over, has a clear answer', async () => {
    const id = await make();
    expect(await signOff(one, id)).toBe('not_signed_up');
    await signUp(one, id);
    expect([await signOff(one, id), await signOff(one, id)]).toEqual([
      'cancelled',
      'not_signed_up',
    ]);
    await signUp(one, id);
    await t.sql(
      "update activity_sessions set starts_at = starts_at - interval '9 days', ends_at = ends_at - interval '9 days' where activity_id = $1",
      [id],
    );
    expect(await signOff(one, id)).toBe('past');
    expect(await counts(id)).toEqual({ in: 1, waiting: 0 });
  });

  const setPlaces = (id: string, capacity: number | null) =>
    consultant.from('activities').update({ capacity }).eq('id', id);

  it('more places let people in at once, fewer remove nobody', async () => {
    const id = await make();
    for (const db of [one, two, three]) await signUp(db, id);
    await setPlaces(id, 2);
    expect(await counts(id)).toEqual({ in: 2, waiting: 1 });
    expect(await mine(two, id)).toMatchObject({ status: 'signed_up' });
    await setPlaces(id, 1);
    expect(await counts(id)).toEqual({ in: 2, waiting: 1 });
    await signOff(one, id);
    expect(await counts(id)).toEqual({ in: 1, waiting: 1 });
    await signOff(two, id);
    expect(await mine(three, id)).toMatchObject({ status: 'signed_up' });
  });

  it('is emptied when sign-up is switched off', async () => {
    const id = await make();
    for (const db of [one, two, three]) await signUp(db, id);
    await setPlaces(id, null);
    expect(await counts(id)).toEqual({ in: 3, waiting: 0 });
  });

  it('gives nobody a place in a cancelled activity', async () => {
    const id = await make();
    for (const db of [one, two]) await signUp(db, id);
    await consultant.rpc('cancel_activity', { activity_id: id, reason: 'Storm' });
    expect(await signOff(one, id)).toBe('not_signed_up');
    expect([await mine(one, id), await mine(two, id)]).toEqual([null, null]);
    expect(await counts(id)).toEqual({ in: 0, waiting: 0 });
  });

  it('gives the place of a deleted account to the next', async () => {
    const id = await make();
    const [person] = await crowd(t, 1);
    await signUp(person!.db, id);
    await signUp(one, id);
    await t.sql('delete from auth.users where id = $1', [person!.id]);
    expect(await mine(one, id)).toMatchObject({ status: 'signed_up' });
    expect(await counts(id)).toEqual({ in: 1, waiting: 0 });
  });
});

describe('races', () => {
  let people: Awaited<ReturnType<typeof crowd>>;
  beforeAll(async () => {
    people = await crowd(t, 40);
  }, 60_000);
  const queue = (id: string) =>
    t.sql<{ status: string; person_id: string; nr: number }>(
      'select status, person_id, queue_number::int as nr from signups where activity_id = $1 order by queue_number',
      [id],
    );

  it('40 at once for one place: exactly one in, 39 waiting in order of arrival', async () => {
    const id = await make();
    const answers = await Promise.all(people.map(({ db }) => signUp(db, id)));
    expect(answers.filter((answer) => answer === 'signed_up')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'waitlisted')).toHaveLength(39);
    const rows = await queue(id);
    expect(rows.map(({ status }) => status)).toEqual([
      'signed_up',
      ...Array(39).fill('waitlisted'),
    ]);
    const first = rows[0]!.nr;
    expect(rows.map(({ nr }) => nr)).toEqual(
      Array.from({ length: 40 }, (_, index) => first + index),
    );
    const seen = await Promise.all(
      rows.map(
        async ({ person_id }) =>
          (await mine(people.find((one) => one.id === person_id)!.db, id))?.place_in_line,
      ),
    );
    expect(seen).toEqual([null, ...Array.from({ length: 39 }, (_, index) => index + 1)]);
    await expectTrueCounts(id);
  }, 60_000);

  it('40 at once for 10 places: the first ten of the queue are in', async () => {
    const id = await make({ capacity: 10 });
    await Promise.all(people.map(({ db }) => signUp(db, id)));
    const rows = await queue(id);
    expect(rows.slice(0, 10).every(({ status }) => status === 'signed_up')).toBe(true);
    expect(rows.slice(10).every(({ status }) => status === 'waitlisted')).toBe(true);
    await expectTrueCounts(id);
  }, 60_000);

  it('people leaving, coming and more places at once: never too many in, nobody skipped', async () => {
    const id = await make({ capacity: 5 });
    await Promise.all(people.slice(0, 20).map(({ db }) => signUp(db, id)));
    const rows = await queue(id);
    const inNow = rows
      .slice(0, 5)
      .map(({ person_id }) => people.find((one) => one.id === person_id)!);
    await Promise.all([
      ...inNow.slice(0, 3).map(({ db }) => signOff(db, id)),
      ...people.slice(20).map(({ db }) => signUp(db, id)),
      consultant.from('activities').update({ capacity: 7 }).eq('id', id),
    ]);
    const live = (await queue(id)).filter(({ status }) => status !== 'cancelled');
    expect(live).toHaveLength(37);
    expect(live.map(({ status }) => status)).toEqual([
      ...Array(7).fill('signed_up'),
      ...Array(30).fill('waitlisted'),
    ]);
    await expectTrueCounts(id);
  }, 60_000);

  it('the whole activity cancelled while people sign up: nobody gets in afterwards', async () => {
    const id = await make({ capacity: 30 });
    const [cancelled, ...answers] = await Promise.all([
      consultant.rpc('cancel_activity', { activity_id: id, reason: 'Storm' }),
      ...people.map(({ db }) => signUp(db, id)),
    ]);
    expect(cancelled.data).toBe('cancelled');
    const rows = await queue(id);
    expect(rows).toHaveLength(answers.filter((answer) => answer !== 'cancelled').length);
    await expectTrueCounts(id);
  }, 60_000);
});

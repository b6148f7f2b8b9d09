import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import {
  addDate,
  expectBooksToBalance,
  makeActivity,
  neighbours,
  runOutOffers,
  signupsOf,
  startsIn,
  type Wish,
} from '../support/signups.ts';

let t: TestDb;
let n: Awaited<ReturnType<typeof neighbours>>;
let consultant: Db;
let made: string[] = [];

beforeAll(async () => {
  t = await testDatabase();
  n = await neighbours(t, 8);
  consultant = await t.as(CAST.drobak.consultant);
}, 60_000);
afterAll(() => t?.close());
// After every test: the counts match the rows, and every state has its event.
afterEach(async () => {
  for (const id of made) await expectBooksToBalance(t, id);
  made = [];
});

const make = async (wish: Wish = {}) => {
  const id = await makeActivity(t, wish);
  made.push(id);
  return id;
};
const setPlaces = async (id: string, capacity: number | null) =>
  (await consultant.from('activities').update({ capacity }).eq('id', id)).error;
const runJobs = async () => {
  const { data, error } = await t.service().rpc('run_activity_jobs');
  expect(error).toBeNull();
  return data as { lapsed: number };
};
const onBehalf = async (id: string, first_name: string, party_size = 1, db = consultant) => {
  const signup_id = crypto.randomUUID();
  const call = { activity_id: id, signup_id, first_name, party_size };
  return (await db.rpc('sign_up_for', call)).data;
};
/** One place, taken by person 0; the others wait. */
const lined = async (waiting: number, wish: Wish = {}) => {
  const id = await make({ capacity: 1, startsIn: '6 hours', ...wish });
  for (let i = 0; i <= waiting; i++) await n.signUp(i, id);
  return id;
};

describe('a party', () => {
  it('gets in as a whole', async () => {
    const id = await make({ capacity: 4 });
    expect(await n.signUp(0, id, 4)).toBe('signed_up');
    expect(await n.history(0, id)).toEqual(['signed_up free_place self']);
  });

  it('waits as a whole when one place is missing, and the answer tells why', async () => {
    const id = await make({ capacity: 4 });
    await n.signUp(0, id);
    expect(await n.signUp(1, id, 4)).toBe('waitlisted');
    expect(await n.history(1, id)).toEqual(['waitlisted does_not_fit self']);
  });

  it('is passed over by a newcomer who fits, and is notified once', async () => {
    const id = await make({ capacity: 4 });
    await n.signUp(0, id);
    await n.signUp(1, id, 4);
    expect([await n.signUp(2, id, 2), await n.signUp(3, id)]).toEqual(['signed_up', 'signed_up']);
    expect(await n.signUp(4, id)).toBe('waitlisted');
    expect(await n.history(1, id)).toEqual(['waitlisted does_not_fit self']);
    expect(await n.history(4, id)).toEqual(['waitlisted full self']);
  });

  it('that waited because it was full is notified when it is passed over', async () => {
    const id = await make({ capacity: 2 });
    await n.signUp(0, id);
    await n.signUp(1, id);
    await n.signUp(2, id, 2);
    await n.signUp(3, id);
    await n.leave(0, id);
    expect(await n.queue(id)).toEqual([
      '0 cancelled',
      '1 signed_up',
      '2 waitlisted',
      '3 signed_up',
    ]);
    expect(await n.history(2, id)).toEqual([
      'waitlisted full self',
      'waitlisted does_not_fit system',
    ]);
  });

  it('gets in before everybody behind it as soon as it fits', async () => {
    const id = await make({ capacity: 3 });
    await n.signUp(0, id, 3);
    await n.signUp(1, id, 3);
    for (const i of [2, 3, 4]) await n.signUp(i, id);
    await n.leave(0, id);
    expect((await n.queue(id)).slice(1)).toEqual([
      '1 signed_up',
      '2 waitlisted',
      '3 waitlisted',
      '4 waitlisted',
    ]);
  });

  it('that gives up frees all its places', async () => {
    const id = await make({ capacity: 3 });
    await n.signUp(0, id, 3);
    for (const i of [1, 2, 3, 4]) await n.signUp(i, id);
    await n.leave(0, id);
    expect((await n.queue(id)).filter((line) => line.endsWith('signed_up'))).toHaveLength(3);
  });

  it.each([
    [0, 5, 10],
    [-1, 5, 10],
    [6, 5, 10],
    [4, 20, 3],
    [21, 20, 100],
    [2_147_483_647, 20, 100],
  ])(
    'of %i is refused when %i may come together and there are %i places',
    async (party, maxParty, capacity) => {
      const id = await make({ capacity, maxParty });
      expect(await n.signUp(0, id, party)).toBe('party_too_big');
      expect(await signupsOf(t, id)).toEqual([]);
    },
  );

  it('without a number is refused', async () => {
    const id = await make({ capacity: 3 });
    const { data } = await n.people[0]!.db.rpc('sign_up', { activity_id: id, party_size: null! });
    expect(data).toBe('party_too_big');
    expect(await signupsOf(t, id)).toEqual([]);
  });
});

describe('a freed place', () => {
  it('goes to the next at once when the start is more than 24 hours away', async () => {
    const id = await lined(2, { startsIn: '24 hours 1 minute' });
    await n.leave(0, id);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 signed_up', '2 waitlisted']);
    expect(await n.history(1, id)).toEqual([
      'waitlisted full self',
      'signed_up place_freed system',
    ]);
    expect([await n.told(1, id), await n.told(2, id)]).toEqual([['place_won'], []]);
  });

  it('is offered to the next inside 24 hours', async () => {
    const id = await lined(2, { startsIn: '23 hours 59 minutes' });
    await n.leave(0, id);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 offered', '2 waitlisted']);
    expect(await n.history(1, id)).toEqual(['waitlisted full self', 'offered place_freed system']);
    expect([await n.told(1, id), await n.told(2, id)]).toEqual([['place_offered'], []]);
  });

  it('is decided by the first date that is still to come', async () => {
    const id = await lined(1, { startsIn: '-2 days' });
    await addDate(t, id, '3 days');
    for (const i of [0, 1]) await n.signUp(i, id);
    await n.leave(0, id);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 signed_up']);
  });

  it('is not decided by a cancelled date', async () => {
    const id = await lined(1, { startsIn: '3 days' });
    const soon = await addDate(t, id, '2 hours');
    await consultant.rpc('cancel_session', { session_id: soon });
    await n.leave(0, id);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 signed_up']);
  });

  it('goes to nobody when the last date has begun', async () => {
    const id = await lined(1);
    await startsIn(t, id, '-10 minutes');
    await n.leave(0, id);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 waitlisted']);
  });

  it('is not given to a newcomer while it is offered', async () => {
    const id = await lined(1);
    await n.leave(0, id);
    expect(await n.signUp(2, id)).toBe('waitlisted');
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 offered', '2 waitlisted']);
  });
});

describe('an offer', () => {
  const offered = async (waiting = 2) => {
    const id = await lined(waiting);
    await n.leave(0, id);
    return id;
  };

  it('holds for three hours, not counting the night, and never past the start', async () => {
    const id = await offered();
    const [row] = await t.sql(
      `select offer_expires_at = private.offer_end(e.created_at, d.starts_at) as exact, offer_expires_at <= d.starts_at as before
       from signups s join signup_events e on e.signup_id = s.id and e.status = 'offered'
       join activity_sessions d on d.activity_id = s.activity_id where s.activity_id = $1 and s.status = 'offered'`,
      [id],
    );
    expect(row).toEqual({ exact: true, before: true });
  });

  it('that is accepted is a place, and accepting it twice changes nothing', async () => {
    const id = await offered();
    expect([await n.accept(1, id), await n.accept(1, id)]).toEqual(['accepted', 'accepted']);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 signed_up', '2 waitlisted']);
    expect(await n.history(1, id)).toEqual([
      'waitlisted full self',
      'offered place_freed system',
      'signed_up offer_accepted self',
    ]);
  });

  it('that is declined goes to the next, and the person who declined comes last', async () => {
    const id = await offered(3);
    expect(await n.leave(1, id)).toBe('cancelled');
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 declined', '2 offered', '3 waitlisted']);
    expect((await n.history(1, id)).at(-1)).toBe('declined offer_declined self');
    expect(await n.accept(1, id)).toBe('not_offered');
    expect(await n.signUp(1, id)).toBe('waitlisted');
    expect((await n.queue(id)).at(-1)).toBe('1 waitlisted');
    await n.leave(2, id);
    expect((await n.queue(id)).slice(2)).toEqual(['2 declined', '3 offered', '1 waitlisted']);
  });

  it('that expires is passed to the next by the job, once', async () => {
    const id = await offered(3);
    await runOutOffers(t, id);
    await runJobs();
    await runJobs();
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 lapsed', '2 offered', '3 waitlisted']);
    expect((await n.history(1, id)).at(-1)).toBe('lapsed offer_lapsed system');
    expect(await n.told(2, id)).toEqual(['place_offered']);
    expect(await n.accept(1, id)).toBe('lapsed');
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 lapsed', '2 offered', '3 waitlisted']);
  });

  it('that has expired can not be accepted, even before a job has run', async () => {
    const id = await offered();
    await runOutOffers(t, id);
    expect(await n.accept(1, id)).toBe('lapsed');
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 lapsed', '2 offered']);
  });

  it('that has expired is over for a person who comes back: last in the queue', async () => {
    const id = await offered(3);
    await runOutOffers(t, id);
    expect(await n.signUp(1, id)).toBe('waitlisted');
    expect(await n.queue(id)).toEqual([
      '0 cancelled',
      '1 lapsed',
      '2 offered',
      '3 waitlisted',
      '1 waitlisted',
    ]);
  });

  it('that has expired goes to the people who wait, not to the newcomer whose sign-up finds it', async () => {
    const id = await offered();
    await runOutOffers(t, id);
    expect(await n.signUp(3, id)).toBe('waitlisted');
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 lapsed', '2 offered', '3 waitlisted']);
  });

  it('with nobody behind it leaves a free place for a newcomer', async () => {
    const id = await offered(1);
    await runOutOffers(t, id);
    expect(await n.signUp(3, id)).toBe('signed_up');
  });

  it('is ended by the consultant, and goes to the next', async () => {
    const id = await offered();
    const [, signup] = await signupsOf(t, id);
    expect((await consultant.rpc('end_signup', { signup_id: signup!.id })).data).toBe('cancelled');
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 cancelled', '2 offered']);
    expect((await n.history(1, id)).at(-1)).toBe('cancelled cancelled_by_staff staff');
    expect(await n.accept(1, id)).toBe('not_offered');
  });

  it('can not be accepted once the date has been moved forward and has begun', async () => {
    const id = await offered();
    await startsIn(t, id, '-5 minutes');
    expect(await n.accept(1, id)).toBe('lapsed');
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 lapsed', '2 waitlisted']);
  });

  it('still holds when the date is moved to a later day', async () => {
    const id = await offered();
    await startsIn(t, id, '5 days');
    expect(await n.accept(1, id)).toBe('accepted');
  });

  it('can not be accepted by another person', async () => {
    const id = await offered();
    expect([await n.accept(0, id), await n.accept(2, id), await n.accept(5, id)]).toEqual([
      'not_offered',
      'not_offered',
      'not_offered',
    ]);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 offered', '2 waitlisted']);
  });

  it('to a party holds all its places', async () => {
    const id = await make({ capacity: 3, startsIn: '6 hours' });
    await n.signUp(0, id, 3);
    await n.signUp(1, id, 2);
    await n.signUp(2, id, 2);
    await n.signUp(3, id);
    await n.leave(0, id);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 offered', '2 waitlisted', '3 offered']);
    await n.leave(1, id);
    expect((await n.queue(id)).slice(1)).toEqual(['1 declined', '2 offered', '3 offered']);
  });
});

describe('the end of an offer', () => {
  const end = async (at: string, start = '2099-01-01T00:00Z') =>
    (
      await t.sql<{ end: Date }>('select private.offer_end($1, $2) as end', [at, start])
    )[0]!.end.toISOString();

  it.each([
    ['by day: three hours', '2026-07-01T08:00+02:00', '2026-07-01T11:00+02:00'],
    ['just before 21', '2026-07-01T17:59:59+02:00', '2026-07-01T20:59:59+02:00'],
    ['at 21: the next morning', '2026-07-01T18:00+02:00', '2026-07-02T08:00+02:00'],
    ['after midnight: that morning', '2026-07-01T22:00+02:00', '2026-07-02T08:00+02:00'],
    ['before 8: that morning', '2026-07-01T04:59:59+02:00', '2026-07-01T08:00+02:00'],
    ['at 8', '2026-07-01T05:00+02:00', '2026-07-01T08:00+02:00'],
    ['at the turn of the year', '2026-12-31T18:30+01:00', '2027-01-01T08:00+01:00'],
    ['the night summer time begins', '2026-03-28T19:00+01:00', '2026-03-29T08:00+02:00'],
    ['in the hour that does not exist', '2026-03-29T00:30+01:00', '2026-03-29T08:00+02:00'],
    ['the night summer time ends', '2026-10-24T19:00+02:00', '2026-10-25T08:00+01:00'],
    ['in the hour that comes twice', '2026-10-25T02:30+02:00', '2026-10-25T08:00+01:00'],
  ])('%s', async (_, at, expected) => {
    expect(await end(at)).toBe(new Date(expected).toISOString());
  });

  it('is never past the start, by day or by night', async () => {
    expect(await end('2026-07-01T08:00+02:00', '2026-07-01T09:00+02:00')).toBe(
      '2026-07-01T07:00:00.000Z',
    );
    expect(await end('2026-07-01T20:00+02:00', '2026-07-02T07:30+02:00')).toBe(
      '2026-07-02T05:30:00.000Z',
    );
  });

  it('is between 8 and 21 and at least three hours away, at every quarter of an hour of a year', async () => {
    const [row] = await t.sql(
      `select count(*)::int as looked, count(*) filter (where
           (e at time zone 'Europe/Oslo')::time < '08:00' or (e at time zone 'Europe/Oslo')::time >= '21:00'
           or e < at + interval '3 hours' or e > at + interval '15 hours'
           or (e > at + interval '3 hours' and (e at time zone 'Europe/Oslo')::time <> '08:00'))::int as wrong
       from generate_series('2026-01-01 00:00+00'::timestamptz, '2027-01-01', '15 minutes') at,
         lateral (select private.offer_end(at, 'infinity') as e offset 0) o -- once for each`,
    );
    expect(row).toEqual({ looked: 35_041, wrong: 0 });
  });
});

describe('the number of places', () => {
  it('raised by three promotes as many as fit, in order, also within 24 hours', async () => {
    const id = await make({ capacity: 2, startsIn: '2 hours' });
    for (const [i, party] of [
      [0, 2],
      [1, 2],
      [2, 2],
      [3, 1],
      [4, 1],
    ] as const)
      await n.signUp(i, id, party);
    expect(await setPlaces(id, 5)).toBeNull();
    expect(await n.queue(id)).toEqual([
      '0 signed_up',
      '1 signed_up',
      '2 waitlisted',
      '3 signed_up',
      '4 waitlisted',
    ]);
    expect(await n.history(3, id)).toEqual([
      'waitlisted full self',
      'signed_up more_places system',
    ]);
    expect((await n.history(2, id)).at(-1)).toBe('waitlisted does_not_fit system');
    expect([await n.told(1, id), await n.told(3, id), await n.told(2, id)]).toEqual([
      ['place_won'],
      ['place_won'],
      [],
    ]);
  });

  it('lowered removes nobody, and lets nobody in until there is room', async () => {
    const id = await make({ capacity: 4 });
    for (const i of [0, 1, 2, 3, 4]) await n.signUp(i, id);
    await setPlaces(id, 2);
    expect((await n.queue(id)).slice(0, 4).every((line) => line.endsWith('signed_up'))).toBe(true);
    for (const i of [0, 1]) {
      await n.leave(i, id);
      expect((await n.queue(id))[4]).toBe('4 waitlisted');
      expect(await n.signUp(5, id)).toBe(i ? 'already_signed_up' : 'waitlisted');
    }
    await n.leave(2, id);
    expect((await n.queue(id)).slice(3)).toEqual(['3 signed_up', '4 signed_up', '5 waitlisted']);
  });

  it('raised, but still below the number of sign-ups, lets nobody in', async () => {
    const id = await make({ capacity: 4 });
    for (const i of [0, 1, 2, 3, 4]) await n.signUp(i, id);
    await setPlaces(id, 1);
    await setPlaces(id, 4);
    expect((await n.queue(id))[4]).toBe('4 waitlisted');
    await setPlaces(id, 5);
    expect((await n.queue(id))[4]).toBe('4 signed_up');
  });

  it('lowered leaves a running offer valid', async () => {
    const id = await make({ capacity: 2, startsIn: '6 hours' });
    for (const i of [0, 1, 2, 3]) await n.signUp(i, id);
    await n.leave(0, id);
    await setPlaces(id, 1);
    expect(await n.accept(2, id)).toBe('accepted');
    await n.leave(1, id);
    expect(await n.queue(id)).toEqual([
      '0 cancelled',
      '1 cancelled',
      '2 signed_up',
      '3 waitlisted',
    ]);
  });

  it('raised after an offer expired promotes at once, also into that place', async () => {
    const id = await lined(3);
    await n.leave(0, id);
    await runOutOffers(t, id);
    await setPlaces(id, 2);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 lapsed', '2 signed_up', '3 signed_up']);
  });

  it('below the size of a waiting party keeps nobody else out', async () => {
    const id = await make({ capacity: 4 });
    await n.signUp(0, id, 4);
    await n.signUp(1, id, 4);
    await setPlaces(id, 2);
    await n.leave(0, id);
    expect(await n.signUp(2, id)).toBe('signed_up');
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 waitlisted', '2 signed_up']);
  });

  it.each([0, -1, 501, 10_000])('%i is refused and changes nothing', async (capacity) => {
    const id = await lined(1);
    expect((await setPlaces(id, capacity))?.code).toBe('23514');
    expect(await n.queue(id)).toEqual(['0 signed_up', '1 waitlisted']);
  });
});

describe('the times of a sign-up', () => {
  it.each([
    ['has not opened', { opensIn: '1 minute' }, 'not_open_yet'],
    ['has just opened', { opensIn: '-1 second' }, 'signed_up'],
    ['closes in a minute', { closesIn: '1 minute' }, 'signed_up'],
    ['has closed', { closesIn: '-1 second' }, 'closed'],
    ['has begun', { startsIn: '-1 minute' }, 'closed'],
    ['has no date', { startsIn: null }, 'past'],
    ['is a proposal', { status: 'proposed' }, 'not_found'],
  ] as const)('one that %s', async (_, wish, outcome) => {
    const id = await make(wish);
    expect(await n.signUp(0, id)).toBe(outcome);
    expect(await signupsOf(t, id)).toHaveLength(outcome === 'signed_up' ? 1 : 0);
  });

  it('a place can be given up until the deadline, later only by the consultant', async () => {
    const id = await make({ capacity: 2, signoffIn: '-1 second' });
    for (const i of [0, 1, 2]) await n.signUp(i, id);
    expect(await n.leave(0, id)).toBe('too_late');
    expect(await n.queue(id)).toEqual(['0 signed_up', '1 signed_up', '2 waitlisted']);
    const [first] = await signupsOf(t, id);
    expect((await consultant.rpc('end_signup', { signup_id: first!.id })).data).toBe('cancelled');
    expect(await n.history(0, id)).toEqual([
      'signed_up free_place self',
      'cancelled cancelled_by_staff staff',
    ]);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 signed_up', '2 signed_up']);
  });

  it('a place on the waiting list can be given up, and an offer declined, also after the deadline', async () => {
    const id = await lined(2, { signoffIn: '1 hour' });
    await n.leave(0, id);
    await t.sql(
      "update activities set signoff_closes_at = now() - interval '1 hour' where id = $1",
      [id],
    );
    expect([await n.leave(2, id), await n.leave(1, id)]).toEqual(['cancelled', 'cancelled']);
    expect(await n.queue(id)).toEqual(['0 cancelled', '1 declined', '2 cancelled']);
  });

  it('a sign-up of a past activity can not be changed by anybody', async () => {
    const id = await lined(1);
    await startsIn(t, id, '-5 hours');
    const [first] = await signupsOf(t, id);
    expect(await n.leave(0, id)).toBe('past');
    expect((await consultant.rpc('end_signup', { signup_id: first!.id })).data).toBe('past');
    expect(await onBehalf(id, 'Kari')).toBe('past');
    expect(await n.queue(id)).toEqual(['0 signed_up', '1 waitlisted']);
  });
});

describe('signing up another person', () => {
  it('joins the same queue, and records that somebody else did it', async () => {
    const id = await make({ capacity: 2 });
    await n.signUp(0, id);
    expect(await onBehalf(id, 'Kari')).toBe('signed_up');
    expect(await onBehalf(id, 'Ola')).toBe('waitlisted');
    await n.signUp(1, id);
    expect(await n.queue(id)).toEqual([
      '0 signed_up',
      'Kari signed_up',
      'Ola waitlisted',
      '1 waitlisted',
    ]);
    const events = await t.sql<{ line: string }>(
      `select concat_ws(' ', s.first_name, e.status, e.reason, e.actor) as line from signup_events e
       join signups s on s.id = e.signup_id where s.activity_id = $1 and s.first_name is not null order by e.id`,
      [id],
    );
    expect(events.map(({ line }) => line)).toEqual([
      'Kari signed_up free_place staff',
      'Ola waitlisted full staff',
    ]);
  });

  it('is allowed when the sign-up has not opened, has closed or has begun', async () => {
    for (const wish of [
      { opensIn: '1 hour' },
      { closesIn: '-1 hour' },
      { startsIn: '-10 minutes' },
    ])
      expect(await onBehalf(await make(wish), 'Kari')).toBe('signed_up');
  });

  it('by account is that person’s one live sign-up', async () => {
    const id = await make({ capacity: 5 });
    const person_id = n.people[0]!.id;
    const call = () =>
      consultant.rpc('sign_up_for', { activity_id: id, signup_id: crypto.randomUUID(), person_id });
    expect((await call()).data).toBe('signed_up');
    expect((await call()).data).toBe('already_signed_up');
    expect(await n.signUp(0, id)).toBe('already_signed_up');
    expect(await n.leave(0, id)).toBe('cancelled');
  });

  it('is one sign-up when the form is sent twice', async () => {
    const id = await make({ capacity: 5 });
    const call = { activity_id: id, signup_id: crypto.randomUUID(), first_name: 'Kari' };
    const answers = await Promise.all([1, 2].map(() => consultant.rpc('sign_up_for', call)));
    expect(answers.map(({ data }) => data).sort()).toEqual(['already_signed_up', 'signed_up']);
    expect(await signupsOf(t, id)).toHaveLength(1);
  });

  it('is refused for somebody of the other building, and to a resident', async () => {
    const id = await make({ capacity: 5 });
    const [stranger] = await t.sql<{ id: string }>('select id from auth.users where email = $1', [
      CAST.stovner.resident,
    ]);
    const signup_id = crypto.randomUUID();
    const call = { activity_id: id, signup_id, person_id: stranger!.id };
    expect((await consultant.rpc('sign_up_for', call)).data).toBe('not_found');
    expect(await onBehalf(id, 'Kari', 1, n.people[0]!.db)).toBe('not_found');
    expect(await onBehalf(id, 'Kari', 1, await t.as(CAST.stovner.consultant))).toBe('not_found');
    expect(await signupsOf(t, id)).toEqual([]);
  });

  it('needs exactly one name', async () => {
    const id = await make({ capacity: 5 });
    const call = (who: object) =>
      consultant.rpc('sign_up_for', { activity_id: id, signup_id: crypto.randomUUID(), ...who });
    expect((await call({})).data).toBe('not_found');
    expect((await call({ first_name: 'A', person_id: n.people[0]!.id })).data).toBe('not_found');
    expect((await call({ first_name: '  ' })).error?.code).toBe('23514');
    expect((await call({ first_name: 'x'.repeat(41) })).error?.code).toBe('23514');
    expect((await call({ first_name: 'Kari', party_size: 6 })).data).toBe('party_too_big');
    expect(await signupsOf(t, id)).toEqual([]);
  });
});

describe('cancelling the activity', () => {
  it('ends every sign-up, notifies each person once, and can not be done twice', async () => {
    const id = await make({ capacity: 2, startsIn: '6 hours' });
    for (const i of [0, 1, 2, 3]) await n.signUp(i, id);
    await n.leave(0, id);
    await onBehalf(id, 'Kari');
    for (const outcome of ['cancelled', 'already_cancelled'])
      expect(
        (await consultant.rpc('cancel_activity', { activity_id: id, reason: 'Storm' })).data,
      ).toBe(outcome);
    expect((await n.queue(id)).every((line) => line.endsWith('cancelled'))).toBe(true);
    expect(await n.history(1, id)).toEqual([
      'signed_up free_place self',
      'cancelled activity_cancelled staff',
    ]);
    expect(await n.told(0, id)).toEqual([]);
    for (const i of [1, 3]) expect(await n.told(i, id)).toEqual(['activity_cancelled']);
    expect(await n.told(2, id)).toEqual(['place_offered', 'activity_cancelled']);
    expect(await n.accept(2, id)).toBe('not_offered');
    expect(await n.signUp(4, id)).toBe('cancelled');
    expect(await setPlaces(id, 9)).toBeNull();
    expect((await n.queue(id)).every((line) => line.endsWith('cancelled'))).toBe(true);
  });
});

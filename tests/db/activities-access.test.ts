import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { describeRights, expectRefused, EVERYBODY, type Who } from '../support/rights.ts';
import { addDate, makeActivity, signupsOf } from '../support/signups.ts';

let t: TestDb;
let block: string;
let consultant: Db;

beforeAll(async () => {
  t = await testDatabase();
  block = (await t.sql<{ id: string }>("select id from blocks where slug = 'drobakgata-1'"))[0]!.id;
  consultant = await t.as(CAST.drobak.consultant);
}, 60_000);
afterAll(() => t?.close());

const MANAGER: readonly Who[] = ['consultant here'];
const NOBODY: readonly Who[] = [];
const idOf = async (email: Email) =>
  (await t.sql<{ id: string }>('select id from auth.users where email = $1', [email]))[0]!.id;

/** A residents-only activity that the resident is signed up for. */
const signedUp = async () => {
  const id = await makeActivity(t, { capacity: 5, isPublic: false });
  const resident = await t.as(CAST.drobak.resident);
  expect((await resident.rpc('sign_up', { activity_id: id })).data).toBe('signed_up');
  return id;
};
const firstSignup = async (id: string) => (await signupsOf(t, id))[0]!.id;

let spare: string;
beforeAll(async () => {
  spare = await makeActivity(t, { capacity: 5 });
});

describeRights(() => t, {
  table: 'signups',
  make: async () => firstSignup(await signedUp()),
  insert: () => ({ activity_id: spare, block_id: block, first_name: 'Kari' }),
  change: () => ({ party_size: 4 }),
  may: {
    select: ['resident', 'consultant here'],
    insert: NOBODY,
    update: NOBODY,
    delete: NOBODY,
  },
});

describeRights(() => t, {
  table: 'signup_events',
  key: 'signup_id',
  make: async () => firstSignup(await signedUp()),
  insert: () => ({
    signup_id: crypto.randomUUID(),
    activity_id: spare,
    block_id: block,
    status: 'signed_up',
    reason: 'free_place',
    actor: 'self',
  }),
  change: () => ({ reason: 'full' }),
  may: { select: MANAGER, insert: NOBODY, update: NOBODY, delete: NOBODY },
});

const RULE = {
  rrule: 'FREQ=WEEKLY;COUNT=4',
  starts_on: '2027-01-04',
  starts_clock: '18:00',
  ends_clock: '20:00',
  made_until: '2027-02-01',
};
let unruled: string[] = [];
beforeAll(async () => {
  unruled = await Promise.all(EVERYBODY.map(() => makeActivity(t, { capacity: null })));
});
describeRights(() => t, {
  table: 'activity_series',
  key: 'activity_id',
  make: async () => {
    const id = await makeActivity(t, { capacity: null, isPublic: false });
    await t.sql(
      `insert into activity_series (activity_id, block_id, rrule, starts_on, starts_clock, ends_clock, made_until)
       values ($1, $2, 'FREQ=WEEKLY;COUNT=4', '2027-01-04', '18:00', '20:00', '2027-02-01')`,
      [id, block],
    );
    return id;
  },
  insert: () => ({ activity_id: unruled.pop(), block_id: block, ...RULE }),
  change: () => ({ rrule: 'FREQ=DAILY;COUNT=3' }),
  may: {
    select: ['resident', 'same flat', 'neighbour', 'consultant here'],
    insert: MANAGER,
    update: MANAGER,
    delete: MANAGER,
  },
});

/** An account id of a person other than those who try. */
let stranger: string;
beforeAll(async () => {
  stranger = await idOf(CAST.stovner.neighbour);
});
describeRights(() => t, {
  table: 'activity_hosts',
  key: 'activity_id',
  make: async () => {
    const id = await makeActivity(t);
    await t.sql(
      'insert into activity_hosts (activity_id, block_id, person_id) values ($1, $2, $3)',
      [id, block, await idOf(CAST.drobak.resident)],
    );
    return id;
  },
  insert: () => ({ activity_id: spare, block_id: block, person_id: stranger }),
  change: () => ({ person_id: stranger }),
  may: {
    select: ['resident', 'consultant here'],
    insert: NOBODY,
    update: NOBODY,
    delete: MANAGER,
  },
});

describeRights(() => t, {
  table: 'calendar_links',
  key: 'person_id',
  make: async () => {
    const { error } = await (await t.as(CAST.drobak.resident)).rpc('make_calendar_link');
    expect(error).toBeNull();
    return idOf(CAST.drobak.resident);
  },
  insert: () => ({ person_id: stranger, link_hash: 'x' }),
  change: () => ({ created_at: '2020-01-01' }),
  may: { select: ['resident'], insert: NOBODY, update: NOBODY, delete: ['resident'] },
});

describe('the hash of a calendar link', () => {
  it('is not readable for its owner either', async () => {
    const resident = await t.as(CAST.drobak.resident);
    await resident.rpc('make_calendar_link');
    expect((await resident.from('calendar_links').select('link_hash')).error?.code).toBe('42501');
  });

  it('is all that is stored: the secret is nowhere in the database', async () => {
    const resident = await t.as(CAST.drobak.resident);
    const { data: secret } = await resident.rpc('make_calendar_link');
    const rows = await t.sql<{ text: string }>('select l::text as text from calendar_links l');
    expect(rows.some(({ text }) => text.includes(secret!))).toBe(false);
    expect((await t.anonymous().rpc('calendar_of', { secret: secret! })).error).toBeNull();
  });

  it('made anew ends the old link; a wrong or empty secret gives nothing', async () => {
    const resident = await t.as(CAST.drobak.resident);
    await signedUp();
    const read = async (secret: string | null) =>
      (await t.anonymous().rpc('calendar_of', { secret: secret! })).data?.length;
    const { data: old } = await resident.rpc('make_calendar_link');
    expect(await read(old)).toBeGreaterThan(0);
    const { data: now } = await resident.rpc('make_calendar_link');
    expect([await read(old), await read('x'), await read(''), await read(null)]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(await read(now)).toBeGreaterThan(0);
  });
});

describe('a host', () => {
  let host: Db;
  const hosted = async () => {
    const id = await makeActivity(t, { capacity: 1, startsIn: '6 hours' });
    await t.sql(
      'insert into activity_hosts (activity_id, block_id, person_id) values ($1, $2, $3)',
      [id, block, await idOf(CAST.drobak.neighbour)],
    );
    await (await t.as(CAST.drobak.resident)).rpc('sign_up', { activity_id: id });
    return id;
  };
  beforeAll(async () => {
    host = await t.as(CAST.drobak.neighbour);
  });
  const names = async (id: string) =>
    (await host.rpc('signup_list', { activity_id: id })).data?.map(({ name }) => name);

  it('sees who is signed up for their own activity, and for no other', async () => {
    expect(await names(await hosted())).toEqual(['Amina']);
    const other = await signedUp();
    expect(await names(other)).toEqual([]);
    const { data } = await host.from('signups').select('id').eq('activity_id', other);
    expect(data).toEqual([]);
  });

  it('changes, moves and cancels their own activity, and can not publish or decline it', async () => {
    const id = await hosted();
    expect((await host.from('activities').update({ capacity: 3 }).eq('id', id)).error).toBeNull();
    const change = async () =>
      t.sql('select title, capacity, status from activities where id = $1', [id]);
    expect(await change()).toEqual([{ title: 'Prøve', capacity: 3, status: 'published' }]);
    expect((await host.rpc('decline_activity', { activity_id: id, reason: 'x' })).data).toBe(
      'not_found',
    );
    const [signup] = await signupsOf(t, id);
    expect((await host.rpc('end_signup', { signup_id: signup!.id })).data).toBe('cancelled');
    expect((await host.rpc('cancel_activity', { activity_id: id, reason: 'Syk' })).data).toBe(
      'cancelled',
    );
  });

  it('can not touch an activity of another host', async () => {
    const id = await signedUp();
    const [signup] = await signupsOf(t, id);
    const date = await addDate(t, id, '9 days');
    const tables = ['activities', 'activity_sessions', 'signups'].map((name) => `public.${name}`);
    await expectRefused(t, tables, () =>
      host.from('activities').update({ capacity: 9 }).eq('id', id),
    );
    await expectRefused(t, tables, () =>
      host.from('activity_sessions').delete().eq('activity_id', id),
    );
    const calls = [
      host.rpc('end_signup', { signup_id: signup!.id }),
      host.rpc('cancel_activity', { activity_id: id, reason: 'x' }),
      host.rpc('cancel_session', { session_id: date }),
      host.rpc('sign_up_for', { activity_id: id, signup_id: crypto.randomUUID(), first_name: 'K' }),
    ];
    for (const { data } of await Promise.all(calls)) expect(data).toBe('not_found');
    expect(await signupsOf(t, id)).toMatchObject([{ status: 'signed_up' }]);
  });

  it('does not sign up residents by account, and does not publish their own proposal', async () => {
    const id = await hosted();
    const person_id = await idOf(CAST.drobak.household);
    const call = { activity_id: id, signup_id: crypto.randomUUID(), person_id };
    expect((await host.rpc('sign_up_for', call)).data).toBe('not_found');
    const proposal = await makeActivity(t, { status: 'proposed' });
    await t.sql(
      'insert into activity_hosts (activity_id, block_id, person_id) values ($1, $2, $3)',
      [proposal, block, await idOf(CAST.drobak.neighbour)],
    );
    expect((await host.rpc('publish_activity', { activity_id: proposal })).data).toBe('not_found');
    expect(await t.sql('select status from activities where id = $1', [proposal])).toEqual([
      { status: 'proposed' },
    ]);
  });

  it('manages nothing after the membership has ended or the consultant has removed them', async () => {
    const id = await hosted();
    expect(await names(id)).toEqual(['Amina']);
    const person = await idOf(CAST.drobak.neighbour);
    await t.sql('update memberships set ended_at = now() where person_id = $1', [person]);
    expect(await names(id)).toEqual([]);
    await t.sql('update memberships set ended_at = null where person_id = $1', [person]);
    await consultant.from('activity_hosts').delete().eq('activity_id', id);
    expect(await names(id)).toEqual([]);
  });
});

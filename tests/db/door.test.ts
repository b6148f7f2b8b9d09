import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AROUND, invite, makeHosted, MANAGERS, type Around } from '../support/activity-people.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { fingerprint } from '../support/rights.ts';

let t: TestDb;
let around: Awaited<ReturnType<typeof invite>>;
let consultant: SupabaseClient;
let host: SupabaseClient;
let resident: SupabaseClient;

beforeAll(async () => {
  t = await testDatabase();
  around = await invite(t);
  consultant = await around.clientOf('consultant here');
  host = await around.clientOf('host');
  resident = await around.clientOf('resident');
});
afterAll(() => t?.close());

type Made = Awaited<ReturnType<typeof makeHosted>>;
const make = (wish?: Parameters<typeof makeHosted>[2]) => makeHosted(t, around, wish);
const isManager = (who: Around) => (MANAGERS as readonly Around[]).includes(who);
const answer = async (client: SupabaseClient, name: string, args: object) =>
  (await client.rpc(name, args)).data as unknown;

/** A person without an account on the list; answers the sign-up's id. */
async function guest({ id }: Made, firstName: string, partySize = 1) {
  const signupId = randomUUID();
  const args = {
    activity_id: id,
    signup_id: signupId,
    first_name: firstName,
    party_size: partySize,
  };
  expect(await answer(consultant, 'sign_up_for', args)).toMatch(/signed_up|waitlisted/);
  return signupId;
}
const statusOf = async (signupId: string) =>
  (await t.sql<{ status: string }>('select status from signups where id = $1', [signupId]))[0]
    ?.status;
const personId = async (email: string) =>
  (await t.sql<{ id: string }>('select id from auth.users where email = $1', [email]))[0]!.id;

/** The counts of the activity match its rows: people, not sign-ups. */
async function expectTrueCounts({ id }: Made) {
  const [counted] = await t.sql(
    `select signed_up_count, offered_count, waitlisted_count from activities where id = $1`,
    [id],
  );
  const [real] = await t.sql(
    `select coalesce(sum(party_size) filter (where status = 'signed_up'), 0)::int as signed_up_count,
       coalesce(sum(party_size) filter (where status = 'offered'), 0)::int as offered_count,
       coalesce(sum(party_size) filter (where status = 'waitlisted'), 0)::int as waitlisted_count
     from signups where activity_id = $1`,
    [id],
  );
  expect(counted).toEqual(real);
}

const TABLES = [
  'signups',
  'signup_events',
  'attendances',
  'head_counts',
  'activity_messages',
  'activity_translations',
  'notifications',
];
const everything = () => Promise.all(TABLES.map((table) => fingerprint(t, `public.${table}`)));

/** The call answers nothing, `not_found` or an error, and no row of any table changes. */
async function expectRefused(call: () => PromiseLike<{ data: unknown; error: unknown }>) {
  const before = await everything();
  const { data, error } = await call();
  expect(await everything()).toEqual(before);
  const isNothing =
    [null, 'not_found'].includes(data as null) || (Array.isArray(data) && !data.length);
  expect(error !== null || isNothing, `answered ${JSON.stringify(data)}`).toBe(true);
}

type Verb = 'select' | 'insert' | 'update' | 'delete';
interface Row {
  table: string;
  insert: (made: Made, signupId: string) => Record<string, unknown>;
  change: Record<string, unknown>;
  may: Record<Verb, readonly Around[]>;
}
const ROWS: Row[] = [
  {
    table: 'attendances',
    insert: ({ id, sessionId }, signupId) => ({
      session_id: sessionId,
      signup_id: signupId,
      activity_id: id,
      block_id: around.blockId,
      present_count: 1,
    }),
    change: { present_count: 0 },
    may: { select: MANAGERS, insert: MANAGERS, update: MANAGERS, delete: MANAGERS },
  },
  {
    table: 'head_counts',
    insert: ({ id, sessionId }) => ({
      session_id: sessionId,
      activity_id: id,
      block_id: around.blockId,
      heads: 4,
    }),
    change: { heads: 5 },
    may: { select: MANAGERS, insert: MANAGERS, update: MANAGERS, delete: [] },
  },
  {
    table: 'activity_messages',
    insert: ({ id }) => ({ activity_id: id, block_id: around.blockId, body: 'Ta med saks' }),
    change: { body: 'Noe annet' },
    // The resident is on the list.
    may: { select: [...MANAGERS, 'resident'], insert: [], update: [], delete: [] },
  },
  {
    table: 'activity_translations',
    insert: ({ id }) => ({
      activity_id: id,
      block_id: around.blockId,
      language: 'en',
      title: 'Course',
      body: null,
    }),
    change: { title: 'Class' },
    may: { select: AROUND, insert: MANAGERS, update: MANAGERS, delete: MANAGERS },
  },
];

describe.each(ROWS)('$table', ({ table, insert, change, may }) => {
  /** An activity with a sign-up of the resident, and its row of this table, written by the owner role. */
  async function prepare(withRow: boolean) {
    const made = await make();
    await answer(resident, 'sign_up', { activity_id: made.id });
    const [signup] = await t.sql<{ id: string }>('select id from signups where activity_id = $1', [
      made.id,
    ]);
    const row = insert(made, signup!.id);
    if (withRow) {
      const columns = Object.keys(row);
      await t.sql(
        `insert into ${table} (${columns.join()}) values (${columns.map((_, i) => `$${i + 1}`).join()})`,
        Object.values(row),
      );
    }
    return { made, row };
  }

  test.each(AROUND)('select: %s', async (who) => {
    const { made } = await prepare(true);
    const client = await around.clientOf(who);
    const { data } = await client.from(table).select('activity_id').eq('activity_id', made.id);
    expect(data ?? []).toHaveLength(may.select.includes(who) ? 1 : 0);
  });
  test.each(AROUND)('insert: %s', async (who) => {
    const { row } = await prepare(false);
    const client = await around.clientOf(who);
    const call = () => client.from(table).insert(row);
    if (!may.insert.includes(who)) return expectRefused(call);
    const before = await fingerprint(t, table);
    expect((await call()).error).toBeNull();
    expect(await fingerprint(t, table)).not.toBe(before);
  });
  test.each(AROUND)('update: %s', async (who) => {
    const { made } = await prepare(true);
    const client = await around.clientOf(who);
    const call = () => client.from(table).update(change).eq('activity_id', made.id);
    if (!may.update.includes(who)) return expectRefused(call);
    expect((await call()).error).toBeNull();
    const [row] = await t.sql(`select * from ${table} where activity_id = $1`, [made.id]);
    expect(row).toMatchObject(change);
  });
  test.each(AROUND)('delete: %s', async (who) => {
    const { made } = await prepare(true);
    const client = await around.clientOf(who);
    const call = () => client.from(table).delete().eq('activity_id', made.id);
    if (!may.delete.includes(who)) return expectRefused(call);
    expect((await call()).error).toBeNull();
    expect(await t.sql(`select from ${table} where activity_id = $1`, [made.id])).toEqual([]);
  });
});

describe.each(AROUND)('the functions: %s', (who) => {
  /** Those who run the activity get an answer and something changes; everybody else gets not found. */
  async function expectOnlyManagers(name: string, args: object, done: unknown) {
    const client = await around.clientOf(who);
    const call = () => client.rpc(name, args);
    if (!isManager(who)) return expectRefused(call);
    const before = await everything();
    expect((await call()).data).toEqual(done);
    expect(await everything()).not.toEqual(before);
  }

  test('signup_list', async () => {
    const made = await make();
    await guest(made, 'Halima', 2);
    const client = await around.clientOf(who);
    const { data } = await client.rpc('signup_list', { activity_id: made.id });
    const names = ((data ?? []) as { name: string; party_size: number }[]).map((row) => row.name);
    expect(names).toEqual(isManager(who) ? ['Halima'] : []);
  });
  test('sign_up_for by first name', async () => {
    const { id } = await make();
    const args = { activity_id: id, signup_id: randomUUID(), first_name: 'Per', party_size: 2 };
    await expectOnlyManagers('sign_up_for', args, 'signed_up');
  });
  test('end_signup', async () => {
    const signupId = await guest(await make(), 'Per');
    await expectOnlyManagers('end_signup', { signup_id: signupId }, 'cancelled');
    expect(await statusOf(signupId)).toBe(isManager(who) ? 'cancelled' : 'signed_up');
  });
  test('send_activity_message', async () => {
    const { id } = await make();
    await answer(resident, 'sign_up', { activity_id: id });
    const args = { activity_id: id, message_id: randomUUID(), body: 'Ta med saks' };
    await expectOnlyManagers('send_activity_message', args, 'sent');
  });
  test('tick_attendance', async () => {
    const made = await make();
    const args = {
      session_id: made.sessionId,
      signup_id: await guest(made, 'Per'),
      present_count: 1,
    };
    await expectOnlyManagers('tick_attendance', args, 1);
  });
  test('count_heads and set_heads', async () => {
    const { sessionId } = await make({ capacity: null });
    await expectOnlyManagers('count_heads', { session_id: sessionId, change: 3 }, 3);
    await expectOnlyManagers('set_heads', { session_id: sessionId, heads: 7 }, 7);
  });
});

test('a resident can not check in their own sign-up', async () => {
  const { id, sessionId } = await make();
  await answer(resident, 'sign_up', { activity_id: id });
  const [signup] = await t.sql<{ id: string }>('select id from signups where activity_id = $1', [
    id,
  ]);
  const args = { session_id: sessionId, signup_id: signup!.id, present_count: 1 };
  await expectRefused(() => resident.rpc('tick_attendance', args));
});

describe('signing up somebody else', () => {
  test('the same id twice is one sign-up', async () => {
    const made = await make({ capacity: 5 });
    const args = {
      activity_id: made.id,
      signup_id: randomUUID(),
      first_name: 'Per',
      party_size: 2,
    };
    const answers = await Promise.all([1, 2, 3].map(() => answer(consultant, 'sign_up_for', args)));
    expect(answers.toSorted()).toEqual(['already_signed_up', 'already_signed_up', 'signed_up']);
    await expectTrueCounts(made);
    expect(await t.sql('select from signups where activity_id = $1', [made.id])).toHaveLength(1);
  });
  test('a resident has one live sign-up, whoever makes it', async () => {
    const made = await make({ capacity: 5 });
    await answer(resident, 'sign_up', { activity_id: made.id });
    const args = {
      activity_id: made.id,
      signup_id: randomUUID(),
      person_id: await personId(CAST.drobak.resident),
    };
    expect(await answer(consultant, 'sign_up_for', args)).toBe('already_signed_up');
    await expectTrueCounts(made);
  });
  test('only the consultant names residents, and only those of the building', async () => {
    const { id } = await make();
    const by = async (email: string) => ({
      activity_id: id,
      signup_id: randomUUID(),
      person_id: await personId(email),
    });
    const here = await by(CAST.drobak.resident);
    await expectRefused(() => host.rpc('sign_up_for', here));
    const elsewhere = await by(CAST.stovner.resident);
    await expectRefused(() => consultant.rpc('sign_up_for', elsewhere));
    expect(await answer(consultant, 'sign_up_for', here)).toBe('signed_up');
  });
  test('works after the deadline, but not beyond the places', async () => {
    const made = await make({ capacity: 2, closes: '-1 hour' });
    expect(await statusOf(await guest(made, 'Per', 2))).toBe('signed_up');
    expect(await statusOf(await guest(made, 'Eva'))).toBe('waitlisted');
    const args = { activity_id: made.id, signup_id: randomUUID(), first_name: 'Bo', party_size: 3 };
    await expectRefused(async () => {
      const { data, error } = await consultant.rpc('sign_up_for', args);
      return { data: data === 'party_too_big' ? null : data, error };
    });
    await expectTrueCounts(made);
  });
  test('a sign-up that ends gives its place to the next, and the list shows the reason', async () => {
    const made = await make({ capacity: 2 });
    const [per, eva] = [await guest(made, 'Per', 2), await guest(made, 'Eva')];
    expect(await answer(host, 'end_signup', { signup_id: per })).toBe('cancelled');
    expect(await answer(host, 'end_signup', { signup_id: per })).toBe('not_signed_up');
    expect(await statusOf(eva)).toBe('signed_up');
    const { data } = await host.rpc('signup_list', { activity_id: made.id });
    expect(data).toMatchObject([
      {
        name: 'Per',
        party_size: 2,
        status: 'cancelled',
        reason: 'cancelled_by_staff',
        actor: 'staff',
      },
      {
        name: 'Eva',
        party_size: 1,
        status: 'signed_up',
        reason: 'place_freed',
        has_account: false,
      },
    ]);
    await expectTrueCounts(made);
  });
  test('the list tells of a waiting party that it does not fit', async () => {
    const made = await make({ capacity: 3 });
    await guest(made, 'Per', 2);
    await guest(made, 'Eva', 2);
    const { data } = await host.rpc('signup_list', { activity_id: made.id });
    expect(data).toMatchObject([
      { name: 'Per' },
      { name: 'Eva', status: 'waitlisted', reason: 'does_not_fit' },
    ]);
  });
  test('the names are deleted 30 days after the last date, the numbers stay', async () => {
    const made = await make({ capacity: 5 });
    await guest(made, 'Per', 3);
    await t.sql(
      `update activity_sessions set starts_at = now() - interval '31 days 1 hour', ends_at = now() - interval '31 days'
       where activity_id = $1`,
      [made.id],
    );
    await t.service().rpc('run_activity_jobs');
    const { data } = await host.rpc('signup_list', { activity_id: made.id });
    expect(data).toMatchObject([{ name: null, party_size: 3, status: 'signed_up' }]);
    await expectTrueCounts(made);
  });
});

describe('at the door', () => {
  const tick = (client: SupabaseClient, sessionId: string, signupId: string, count: number) =>
    answer(client, 'tick_attendance', {
      session_id: sessionId,
      signup_id: signupId,
      present_count: count,
    });
  const present = async (sessionId: string) =>
    t.sql('select signup_id, present_count from attendances where session_id = $1', [sessionId]);

  test('two phones that check in the same party count it once', async () => {
    const made = await make({ capacity: 5 });
    const signupId = await guest(made, 'Per', 3);
    const answers = await Promise.all(
      [consultant, host, consultant, host].map((one) => tick(one, made.sessionId, signupId, 3)),
    );
    expect(answers).toEqual([3, 3, 3, 3]);
    expect(await present(made.sessionId)).toEqual([{ signup_id: signupId, present_count: 3 }]);
  });
  test('fewer may come, never more than the party, and a check-in can be undone', async () => {
    const made = await make({ capacity: 5 });
    const signupId = await guest(made, 'Per', 3);
    expect(await tick(host, made.sessionId, signupId, 2)).toBe(2);
    expect(await tick(host, made.sessionId, signupId, 20)).toBe(3);
    expect(await tick(host, made.sessionId, signupId, -4)).toBe(0);
    expect(await present(made.sessionId)).toEqual([{ signup_id: signupId, present_count: 0 }]);
  });
  test('the list of a date has the check-ins of that date only', async () => {
    const made = await make({ capacity: 5 });
    const [later] = await t.sql<{ id: string }>(
      `insert into activity_sessions (activity_id, block_id, starts_at, ends_at)
       values ($1, $2, now() + interval '9 days', now() + interval '10 days') returning id`,
      [made.id, around.blockId],
    );
    await tick(host, made.sessionId, await guest(made, 'Per'), 1);
    const ticks = async (sessionId: string) =>
      (
        (await answer(host, 'signup_list', { activity_id: made.id, session_id: sessionId })) as {
          present_count: number;
        }[]
      ).map((row) => row.present_count);
    expect(await ticks(made.sessionId)).toEqual([1]);
    expect(await ticks(later!.id)).toEqual([null]);
  });
  test('people can still be checked in to a past date', async () => {
    const made = await make({ capacity: 5 });
    const signupId = await guest(made, 'Per');
    await t.sql(
      `update activity_sessions set starts_at = now() - interval '2 days', ends_at = now() - interval '1 day' where activity_id = $1`,
      [made.id],
    );
    expect(await tick(host, made.sessionId, signupId, 1)).toBe(1);
  });
  test('a sign-up of another activity can not be checked in here', async () => {
    const [made, other] = [await make(), await make()];
    const signupId = await guest(other, 'Per');
    await expectRefused(() =>
      consultant.rpc('tick_attendance', {
        session_id: made.sessionId,
        signup_id: signupId,
        present_count: 1,
      }),
    );
  });
  test('heads from two phones at once are all counted', async () => {
    const { sessionId } = await make({ capacity: null });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        answer(i % 2 ? consultant : host, 'count_heads', { session_id: sessionId, change: 1 }),
      ),
    );
    expect(await answer(host, 'count_heads', { session_id: sessionId, change: -1 })).toBe(19);
  });
  test('heads are never below 0, and an empty count changes nothing', async () => {
    const { sessionId } = await make({ capacity: null });
    expect(await answer(host, 'count_heads', { session_id: sessionId, change: -5 })).toBe(0);
    expect(await answer(host, 'count_heads', { session_id: sessionId, change: null })).toBe(0);
    expect(await answer(host, 'set_heads', { session_id: sessionId, heads: 12 })).toBe(12);
    expect(await answer(host, 'set_heads', { session_id: sessionId, heads: 12 })).toBe(12);
    await expectRefused(() => host.rpc('set_heads', { session_id: sessionId, heads: -1 }));
    await expectRefused(() => host.rpc('set_heads', { session_id: sessionId, heads: 10_001 }));
  });
});

describe('a message', () => {
  const send = (client: SupabaseClient, id: string, messageId: string, body = 'Ta med saks') =>
    answer(client, 'send_activity_message', { activity_id: id, message_id: messageId, body });
  const told = (messageId: string) =>
    t.sql<{ email: string }>(
      `select u.email from notifications n join auth.users u on u.id = n.person_id where n.message_id = $1 order by u.email`,
      [messageId],
    );

  test('reaches everybody with a live sign-up and an account, once', async () => {
    const { id } = await make({ capacity: 2 });
    const [two, three] = [await t.as(CAST.drobak.household), await t.as(CAST.drobak.neighbour)];
    for (const db of [resident, two, three])
      await answer(db as unknown as SupabaseClient, 'sign_up', { activity_id: id });
    await answer(two as unknown as SupabaseClient, 'cancel_signup', { activity_id: id });
    const messageId = randomUUID();
    expect(await send(host, id, messageId)).toBe('sent');
    expect(await send(host, id, messageId)).toBe('already_sent');
    expect((await told(messageId)).map(({ email }) => email)).toEqual([
      CAST.drobak.resident,
      CAST.drobak.neighbour,
    ]);
  });
  test('is read by those on the list, and no longer by somebody who left it', async () => {
    const { id } = await make();
    await answer(resident, 'sign_up', { activity_id: id });
    await send(host, id, randomUUID());
    const read = async () =>
      (await resident.from('activity_messages').select('body').eq('activity_id', id)).data;
    expect(await read()).toEqual([{ body: 'Ta med saks' }]);
    await answer(resident, 'cancel_signup', { activity_id: id });
    expect(await read()).toEqual([]);
  });
  test('is not sent when nobody on the list has an account', async () => {
    const made = await make();
    await guest(made, 'Per');
    expect(await send(host, made.id, randomUUID())).toBe('nobody');
    expect(await t.sql('select from activity_messages where activity_id = $1', [made.id])).toEqual(
      [],
    );
  });
  test('is limited to ten a day', async () => {
    const { id } = await make();
    await answer(resident, 'sign_up', { activity_id: id });
    for (let i = 0; i < 10; i++) expect(await send(host, id, randomUUID())).toBe('sent');
    const before = await everything();
    expect(await send(host, id, randomUUID())).toBe('too_many');
    expect(await everything()).toEqual(before);
  });
  test('has 1 to 1000 characters', async () => {
    const { id } = await make();
    await answer(resident, 'sign_up', { activity_id: id });
    expect(await send(host, id, randomUUID(), 'x'.repeat(1000))).toBe('sent');
    for (const body of ['x'.repeat(1001), ' '])
      await expectRefused(() =>
        host.rpc('send_activity_message', { activity_id: id, message_id: randomUUID(), body }),
      );
  });
});

test('about an activity for residents only is read by residents only', async () => {
  const { id } = await make({ isPublic: false });
  await t.sql(
    `insert into activity_translations (activity_id, block_id, language, title) values ($1, $2, 'en', 'Course')`,
    [id, around.blockId],
  );
  const read = async (who: Around) => {
    const client = await around.clientOf(who);
    return (await client.from('activity_translations').select('title').eq('activity_id', id)).data;
  };
  expect(await read('neighbour')).toEqual([{ title: 'Course' }]);
  expect(await read('partner')).toEqual([{ title: 'Course' }]);
  for (const who of ['anonymous', 'consultant elsewhere', 'landlord'] as const)
    expect(await read(who)).toEqual([]);
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { expectRefused, fingerprint } from '../support/rights.ts';

let t: TestDb;
const block = demoId('stovner-senter');
const { stovner, drobak } = CAST;
const person: Record<string, Db> = {};
const as = (email: Email) => person[email]!;

beforeAll(async () => {
  t = await testDatabase();
  for (const email of [...Object.values(stovner), drobak.resident, drobak.consultant])
    person[email] = await t.as(email);
}, 60_000);
afterAll(() => t.close());

const idOf = async (email: Email) =>
  (await t.sql<{ id: string }>('select id from auth.users where email = $1', [email]))[0]!.id;
const sessions = [{ id: null, starts_at: '2027-02-01T17:00:00Z', ends_at: '2027-02-01T19:00:00Z' }];
const idea = (more: object = {}) => ({
  id: crypto.randomUUID(),
  block_id: block,
  kind: 'event',
  title: 'Kor',
  is_public: true,
  ...more,
});
const propose = async (who: Email, more: object = {}) => {
  const activity = idea(more);
  const { data, error } = await as(who).rpc('propose_activity', { activity, sessions });
  return { id: activity.id, activity, data, error };
};
const statusOf = async (id: string) =>
  (await t.sql<{ status: string }>('select status from activities where id = $1', [id]))[0]?.status;
const versionOf = async (id: string) =>
  (await t.sql<{ version: number }>('select version from activities where id = $1', [id]))[0]!
    .version;
const change = async (who: Email, id: string, more: object = {}) =>
  as(who).rpc('change_activity', {
    activity_id: id,
    seen_version: await versionOf(id),
    activity: { ...idea(more), id },
  });
const approve = (id: string, who: Email = stovner.consultant) =>
  as(who).rpc('publish_activity', { activity_id: id });
/** What the partner hosts, published. */
const hosted = async () => {
  const { id } = await propose(stovner.partner, { capacity: 5 });
  expect((await approve(id)).data).toBe('published');
  return id;
};
const tables = [
  'activities',
  'activity_sessions',
  'activity_series',
  'activity_hosts',
  'activity_translations',
  'activity_messages',
  'signups',
  'attendances',
  'head_counts',
  'notifications',
].map((table) => `public.${table}`);

// Nobody may have more than five waiting: the proposals of earlier tests are deleted.
beforeEach(() => t.sql("delete from activities where status = 'proposed'"));

describe('proposing', () => {
  it.each([
    ['a resident', stovner.resident],
    ['a partner', stovner.partner],
  ])('%s proposes and is the host', async (_, who) => {
    const { id, data } = await propose(who);
    expect(data).toBe('proposed');
    expect(await statusOf(id)).toBe('proposed');
    const hosts = await t.sql('select person_id from activity_hosts where activity_id = $1', [id]);
    expect(hosts).toEqual([{ person_id: await idOf(who) }]);
  });

  it.each([
    ['a resident elsewhere', drobak.resident],
    ['the consultant, who just makes it', stovner.consultant],
    ['the consultant elsewhere', drobak.consultant],
  ])('is not for %s', async (_, who) => {
    await expectRefused(t, tables, async () => {
      const { data, error } = await propose(who);
      expect(data).toBe('not_member');
      return { data: null, error };
    });
  });

  it('is not for somebody who is not signed in', async () => {
    await expectRefused(t, tables, () =>
      t.anonymous().rpc('propose_activity', { activity: idea(), sessions }),
    );
  });

  it('the same form sent twice is one proposal', async () => {
    const { id, activity } = await propose(stovner.resident);
    const again = { activity: { ...activity, title: 'Noe annet' }, sessions };
    expect((await as(stovner.resident).rpc('propose_activity', again)).data).toBe(
      'already_proposed',
    );
    expect(await t.sql('select title from activities where id = $1', [id])).toEqual([
      { title: 'Kor' },
    ]);
  });

  it('with the id of another person’s activity changes nothing and makes nobody its host', async () => {
    const id = demoId('stovner-senter/photo');
    await expectRefused(t, tables, async () => {
      const { data, error } = await propose(stovner.resident, { id });
      expect(data).toBe('already_proposed');
      return { data: null, error };
    });
  });

  it('ten at the same time leave five waiting, and a sixth is accepted when one is answered', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => propose(stovner.neighbour)));
    const waiting = answers.filter(({ data }) => data === 'proposed');
    expect(waiting).toHaveLength(5);
    expect(answers.filter(({ data }) => data === 'too_many')).toHaveLength(5);
    await approve(waiting[0]!.id);
    expect((await propose(stovner.neighbour)).data).toBe('proposed');
  });

  it.each([
    ['a flat', { place_id: demoId('stovner-senter/flat/203') }],
    ['the flat of somebody else', { place_id: demoId('stovner-senter/flat/911') }],
    ['a place of the other building', { place_id: demoId('drobakgata-1/yard') }],
    ['10 000 places', { capacity: 10_000 }],
    ['no places', { capacity: 0 }],
    ['a title of 10 000 signs', { title: 'x'.repeat(10_000) }],
  ])('in or with %s is refused, and nothing is stored', async (_, more) => {
    await expectRefused(t, tables, () => propose(stovner.resident, more));
  });

  it('can not publish the activity, nor set the reasons, the counts or the version', async () => {
    const { id } = await propose(stovner.resident, {
      status: 'published',
      signed_up_count: 99,
      version: 99,
      slug: 'mine',
    });
    expect(
      await t.sql(
        'select status, signed_up_count, slug = $2 as mine from activities where id = $1',
        [id, 'mine'],
      ),
    ).toEqual([{ status: 'proposed', signed_up_count: 0, mine: false }]);
  });

  it('is seen by its host and the consultant, and by nobody else', async () => {
    const { id } = await propose(stovner.partner);
    const seenBy = async (db: Db) =>
      (await db.from('activities').select('id').eq('id', id)).data?.length === 1;
    expect(await seenBy(as(stovner.partner))).toBe(true);
    expect(await seenBy(as(stovner.consultant))).toBe(true);
    for (const email of [stovner.resident, drobak.resident, drobak.consultant])
      expect(await seenBy(as(email)), email).toBe(false);
    expect(await seenBy(t.anonymous())).toBe(false);
    const { data } = await as(stovner.resident)
      .from('activity_sessions')
      .select()
      .eq('activity_id', id);
    expect(data).toEqual([]);
  });
});

describe('the answer', () => {
  it('approved: it is published and the host is told once', async () => {
    const { id } = await propose(stovner.partner);
    expect((await approve(id)).data).toBe('published');
    expect((await approve(id)).data).toBe('already_published');
    expect(
      await t.sql('select kind, person_id from notifications where activity_id = $1', [id]),
    ).toEqual([{ kind: 'activity_approved', person_id: await idOf(stovner.partner) }]);
  });

  it('declined: the host reads why, and nobody else sees it', async () => {
    const { id } = await propose(stovner.partner);
    const decline = { activity_id: id, reason: ' Rommet er opptatt. ' };
    expect((await as(stovner.consultant).rpc('decline_activity', decline)).data).toBe('declined');
    expect((await as(stovner.consultant).rpc('decline_activity', decline)).data).toBe(
      'not_proposed',
    );
    const read = (who: Email) => as(who).from('activities').select('decline_reason').eq('id', id);
    expect((await read(stovner.partner)).data).toEqual([{ decline_reason: 'Rommet er opptatt.' }]);
    expect((await read(stovner.resident)).data).toEqual([]);
    expect((await change(stovner.partner, id)).data).toBe('changed_meanwhile');
    expect((await approve(id)).data).toBe('cancelled');
  });

  it.each([
    ['the host', stovner.partner],
    ['a resident', stovner.resident],
    ['the consultant elsewhere', drobak.consultant],
  ])('is not given by %s', async (_, who) => {
    const { id } = await propose(stovner.partner);
    await expectRefused(t, tables, async () => {
      expect((await approve(id, who)).data).toBe('not_found');
      const decline = { activity_id: id, reason: 'Nei' };
      expect((await as(who).rpc('decline_activity', decline)).data).toBe('not_found');
      const { error } = await as(who)
        .from('activities')
        .update({ status: 'published' } as never)
        .eq('id', id);
      return { data: null, error };
    });
  });

  it('is not needed any more when the host has withdrawn it', async () => {
    const { id } = await propose(stovner.partner);
    await as(stovner.partner).from('activities').delete().eq('id', id);
    expect(await statusOf(id)).toBeUndefined();
    expect((await approve(id)).data).toBe('not_found');
  });
});

describe('a host', () => {
  it('changes text, dates and places of their own activity', async () => {
    const id = await hosted();
    expect((await change(stovner.partner, id, { title: 'Stort kor', capacity: 9 })).data).toBe(
      'saved',
    );
    expect(await t.sql('select title, capacity from activities where id = $1', [id])).toEqual([
      { title: 'Stort kor', capacity: 9 },
    ]);
    const [date] = await t.sql<{ id: string }>(
      'select id from activity_sessions where activity_id = $1',
      [id],
    );
    const move = {
      session_id: date!.id,
      starts_at: '2027-02-02T17:00Z',
      ends_at: '2027-02-02T18:00Z',
    };
    expect((await as(stovner.partner).rpc('move_session', move)).data).toBe('moved');
  });

  it('sees who is signed up, and signs up and off by first name', async () => {
    const id = await hosted();
    await as(stovner.resident).rpc('sign_up', { activity_id: id });
    const add = { activity_id: id, signup_id: crypto.randomUUID(), first_name: 'Kari' };
    expect((await as(stovner.partner).rpc('sign_up_for', add)).data).toBe('signed_up');
    const list = await as(stovner.partner).rpc('signup_list', { activity_id: id });
    expect(list.data?.map(({ name }) => name)).toEqual(['Kaffevenn', 'Kari']);
    const end = { signup_id: add.signup_id };
    expect((await as(stovner.partner).rpc('end_signup', end)).data).toBe('cancelled');
  });

  it('cancels their own activity with a reason, and does not delete it', async () => {
    const id = await hosted();
    await as(stovner.partner).from('activities').delete().eq('id', id);
    expect(await statusOf(id)).toBe('published');
    const cancel = { activity_id: id, reason: 'Syk' };
    expect((await as(stovner.partner).rpc('cancel_activity', cancel)).data).toBe('cancelled');
  });

  it('can not move their own activity into a flat', async () => {
    const id = await hosted();
    await expectRefused(t, tables, () =>
      change(stovner.partner, id, { place_id: demoId('stovner-senter/flat/203') }),
    );
  });

  it('sees no accounts, no members and no flats', async () => {
    await hosted();
    const db = as(stovner.partner);
    const me = await idOf(stovner.partner);
    expect((await db.from('people').select('id')).data).toEqual([{ id: me }]);
    expect((await db.from('memberships').select('person_id')).data).toEqual([{ person_id: me }]);
    expect((await db.from('places').select('id').eq('kind', 'flat')).data).toEqual([]);
    expect((await db.from('join_codes').select('id')).data ?? []).toEqual([]);
  });

  it('does not sign up a resident by account: only the consultant can', async () => {
    const id = await hosted();
    const add = {
      activity_id: id,
      signup_id: crypto.randomUUID(),
      person_id: await idOf(stovner.resident),
    };
    await expectRefused(t, tables, async () => {
      const { data, error } = await as(stovner.partner).rpc('sign_up_for', add);
      expect(data).toBe('not_found');
      return { data: null, error };
    });
  });

  it('makes nobody else a host, and does not move the activity to another building', async () => {
    const id = await hosted();
    const db = as(stovner.partner);
    const row = { activity_id: id, block_id: block, person_id: await idOf(stovner.resident) };
    await expectRefused(t, tables, () => db.from('activity_hosts').insert(row as never));
    await expectRefused(t, tables, () =>
      db
        .from('activities')
        .update({ block_id: demoId('drobakgata-1') } as never)
        .eq('id', id),
    );
  });

  it('can do nothing with the activity of another host', async () => {
    await hosted();
    const id = demoId('stovner-senter/photo');
    const [date] = await t.sql<{ id: string }>(
      'select id from activity_sessions where activity_id = $1 order by starts_at limit 1',
      [id],
    );
    const [signup] = await t.sql<{ id: string }>(
      'select id from signups where activity_id = $1 limit 1',
      [id],
    );
    const db = as(stovner.partner);
    const activity_id = id;
    const session_id = date!.id;
    const refused: [string, unknown, () => PromiseLike<{ data: unknown; error: unknown }>][] = [
      ['change', 'changed_meanwhile', () => change(stovner.partner, id)],
      ['cancel', 'not_found', () => db.rpc('cancel_activity', { activity_id, reason: 'Nei' })],
      ['cancel a date', 'not_found', () => db.rpc('cancel_session', { session_id })],
      ['cancel the rest', 'not_found', () => db.rpc('cancel_following', { session_id })],
      [
        'message',
        'not_found',
        () =>
          db.rpc('send_activity_message', {
            activity_id,
            message_id: crypto.randomUUID(),
            body: 'Hei',
          }),
      ],
      [
        'sign up for',
        'not_found',
        () =>
          db.rpc('sign_up_for', {
            activity_id,
            signup_id: crypto.randomUUID(),
            first_name: 'Kari',
          }),
      ],
      ['end', 'not_found', () => db.rpc('end_signup', { signup_id: signup!.id })],
    ];
    for (const [what, outcome, call] of refused)
      await expectRefused(t, tables, async () => {
        const { data, error } = await call();
        expect(data, what).toBe(outcome);
        return { data: null, error };
      });
    await expectRefused(t, tables, () => db.rpc('count_heads', { session_id, change: 1 }));
    await expectRefused(t, tables, () =>
      db.from('activities').update({ title: 'x' }).eq('id', id).select(),
    );
    await expectRefused(t, tables, () =>
      db.from('activity_sessions').delete().eq('id', session_id).select(),
    );
    expect((await db.rpc('signup_list', { activity_id })).data).toEqual([]);
    expect((await db.from('signups').select('id').eq('activity_id', id)).data).toEqual([]);
  });

  it('whose membership has ended manages nothing any more, and the activity stays', async () => {
    const { id } = await propose(stovner.household, { capacity: 5 });
    await approve(id);
    expect((await change(stovner.household, id)).data).toBe('saved');
    await t.sql(
      'update memberships set ended_at = now() where person_id = (select id from auth.users where email = $1)',
      [stovner.household],
    );
    await expectRefused(t, tables, async () => {
      const { data, error } = await change(stovner.household, id);
      expect(data).toBe('changed_meanwhile');
      const cancel = { activity_id: id, reason: 'Nei' };
      expect((await as(stovner.household).rpc('cancel_activity', cancel)).data).toBe('not_found');
      expect((await as(stovner.household).rpc('signup_list', { activity_id: id })).data).toEqual(
        [],
      );
      return { data: null, error };
    });
    expect((await propose(stovner.household)).data).toBe('not_member');
    expect(await statusOf(id)).toBe('published');
  });

  it('is no longer the host when the consultant ends the hosting', async () => {
    const id = await hosted();
    await as(stovner.consultant).from('activity_hosts').delete().eq('activity_id', id);
    await expectRefused(t, tables, async () => {
      const { data, error } = await change(stovner.partner, id);
      expect(data).toBe('changed_meanwhile');
      return { data: null, error };
    });
  });
});

describe('a host who steps down', () => {
  const stop = (who: Email, activity_id: string) => as(who).rpc('stop_hosting', { activity_id });
  const toldOf = async (id: string) =>
    (
      await t.sql<{ email: string }>(
        `select u.email from public.notifications n join auth.users u on u.id = n.person_id
         where n.activity_id = $1 and n.kind = 'activity_host_left' order by n.created_at, u.email`,
        [id],
      )
    ).map(({ email }) => email);

  it('no longer manages the activity, and the consultant is notified once; dates and sign-ups stay', async () => {
    const id = await hosted();
    await as(stovner.resident).rpc('sign_up', { activity_id: id });
    const rest = tables.filter((one) => /sessions|signups|activities$/.test(one));
    const kept = () => Promise.all(rest.map((table) => fingerprint(t, table)));
    const before = await kept();
    expect((await stop(stovner.partner, id)).data).toBe(true);
    expect(await kept()).toEqual(before);
    expect((await change(stovner.partner, id)).data).toBe('changed_meanwhile');
    expect((await stop(stovner.partner, id)).data).toBe(false);
    expect(await toldOf(id)).toEqual([stovner.consultant]);
    const { data } = await as(stovner.consultant).from('notifications').select('kind').eq('activity_id', id); // prettier-ignore
    expect(data).toEqual([{ kind: 'activity_host_left' }]);
  });

  it.each([
    ['the household, who hosts it not', stovner.household],
    ['the consultant', stovner.consultant],
    ['a resident elsewhere', drobak.resident],
  ])('is not %s', async (_, who) => {
    const id = await hosted();
    await expectRefused(t, tables, () => stop(who, id));
  });

  it('has nothing to step down from while it is a proposal, nor when it is over', async () => {
    const { id } = await propose(stovner.partner);
    await expectRefused(t, tables, () => stop(stovner.partner, id));
    const over = await hosted();
    await t.sql(
      `update activity_sessions set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour' where activity_id = $1`,
      [over],
    );
    await expectRefused(t, tables, () => stop(stovner.partner, over));
  });

  it('because the account is deleted, or the membership ended, is reported once too', async () => {
    for (const leave of [
      'delete from auth.users where id = $1',
      'update memberships set ended_at = now() where person_id = $1',
    ]) {
      const id = await hosted();
      const [person] = await t.sql<{ id: string }>(
        `with account as (insert into auth.users (id, aud, role, email)
           values (gen_random_uuid(), 'authenticated', 'authenticated', gen_random_uuid() || '@vert.example') returning id),
         person as (insert into people (id, display_name) select id, 'Vertinnen' from account returning id)
         insert into memberships (person_id, role, block_id) select id, 'partner', $1 from person returning person_id as id`,
        [block],
      );
      await t.sql('insert into activity_hosts (activity_id, block_id, person_id) values ($1, $2, $3)', [id, block, person!.id]); // prettier-ignore
      await t.sql(leave, [person!.id]);
      expect(await toldOf(id), leave).toEqual([stovner.consultant]);
    }
  });

  it('because the consultant took over is reported to nobody', async () => {
    const id = await hosted();
    await as(stovner.consultant).from('activity_hosts').delete().eq('activity_id', id);
    expect(await toldOf(id)).toEqual([]);
  });

  it('leaves the flags: the activity waits in the queue until the consultant has looked', async () => {
    const id = await hosted();
    const flag = { kind: 'activity' as const, id, reason: 'Ufint' };
    expect((await as(stovner.household).rpc('flag_thing', flag)).data).toBe('flagged');
    expect((await stop(stovner.partner, id)).data).toBe(true);
    const waiting = async () =>
      ((await as(stovner.consultant).rpc('moderation_queue', { block_id: block })).data ?? []).map((one) => one.id); // prettier-ignore
    expect(await waiting()).toContain(id);
    const judged = { kind: 'activity' as const, id, act: 'dismiss' as const, reason: '' };
    expect((await as(stovner.consultant).rpc('moderate', judged)).data).toBe('done');
    expect(await waiting()).not.toContain(id);
  });
});

it('a partner, who lives elsewhere, takes no place from the residents', async () => {
  const { data } = await as(stovner.partner).rpc('sign_up', {
    activity_id: demoId('stovner-senter/photo'),
  });
  expect(data).toBe('not_member');
});

it('nobody else reads a notification', async () => {
  await hosted();
  const me = await idOf(stovner.partner);
  const { data } = await as(stovner.partner).from('notifications').select('person_id');
  expect(data!.length).toBeGreaterThan(0);
  expect(new Set(data!.map(({ person_id }) => person_id))).toEqual(new Set([me]));
  const desk = await idOf(stovner.consultant);
  const read = as(stovner.consultant).from('notifications').select('id').neq('person_id', desk);
  expect((await read).data).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';

let t: TestDb;
let anonymous: Db;
let drobak: { id: string };
let stovner: { id: string };
const person: Record<string, Db> = {};

beforeAll(async () => {
  t = await testDatabase();
  anonymous = t.anonymous();
  [drobak, stovner] = (await t.sql('select id from blocks order by slug')) as [
    { id: string },
    { id: string },
  ];
  const who: Record<string, Email> = {
    resident: CAST.drobak.resident,
    neighbour: CAST.drobak.neighbour,
    consultant: CAST.drobak.consultant,
    otherResident: CAST.stovner.resident,
    otherConsultant: CAST.stovner.consultant,
    landlord: CAST.landlord,
    admin: CAST.admin,
  };
  for (const [name, email] of Object.entries(who)) person[name] = await t.as(email);
}, 60_000);
afterAll(() => t.close());

const as = (name: string) => (name === 'anonymous' ? anonymous : person[name]!);
const everybody = [
  'anonymous',
  'resident',
  'neighbour',
  'consultant',
  'otherResident',
  'otherConsultant',
  'landlord',
  'admin',
];

interface Wish {
  status?: 'draft' | 'published' | 'cancelled';
  isPublic?: boolean;
  capacity?: number | null;
  startsIn?: string;
  closesIn?: string | null;
  block?: string;
}
/** An activity of Drøbakgata 1 with one date of an hour, inserted without the functions and their rules. */
async function make(wish: Wish = {}): Promise<string> {
  const { status = 'published', isPublic = true, capacity = null, startsIn = '1 day' } = wish;
  const [row] = await t.sql<{ id: string }>(
    `insert into activities (block_id, kind, title, status, is_public, capacity, cancel_reason, signup_closes_at)
     values ($1, 'event', 'Prøve', $2::activity_status, $3, $4, case when $2 = 'cancelled' then 'Storm' end, now() + $5::interval) returning id`,
    [wish.block ?? drobak.id, status, isPublic, capacity, wish.closesIn ?? null],
  );
  await t.sql(
    `insert into activity_sessions (activity_id, block_id, starts_at, ends_at)
     values ($1, $2, now() + $3::interval, now() + $3::interval + interval '1 hour')`,
    [row!.id, wish.block ?? drobak.id, startsIn],
  );
  return row!.id;
}
const truth = async (id: string) =>
  (await t.sql('select to_jsonb(a) as row from activities a where id = $1', [id]))[0]
    ?.row as Record<string, unknown>;

const sessions = (more: object = {}) => [
  { id: null, starts_at: '2027-01-11T10:00:00Z', ends_at: '2027-01-11T12:00:00Z', ...more },
];
const draft = (more: object = {}) => ({
  id: crypto.randomUUID(),
  block_id: drobak.id,
  kind: 'event',
  title: 'Ny',
  is_public: true,
  ...more,
});

describe('reading', () => {
  const mayRead: Record<string, [Wish, string[]]> = {
    'a public activity': [{}, everybody],
    'a cancelled public activity': [{ status: 'cancelled' }, everybody],
    'a residents-only activity': [{ isPublic: false }, ['resident', 'neighbour', 'consultant']],
    'a draft': [{ status: 'draft' }, ['consultant']],
  };
  it.each(Object.entries(mayRead))(
    '%s and its dates are read only by those it is for',
    async (_, [wish, readers]) => {
      const id = await make(wish);
      for (const who of everybody) {
        const { data } = await as(who).from('activities').select('id').eq('id', id);
        const dates = await as(who).from('activity_sessions').select('id').eq('activity_id', id);
        expect([who, data?.length]).toEqual([who, readers.includes(who) ? 1 : 0]);
        expect([who, dates.data?.length]).toEqual([who, readers.includes(who) ? 1 : 0]);
      }
    },
  );

  it('only its owner and the consultant of the building see a sign-up', async () => {
    const id = await make({ capacity: 5 });
    await as('resident').rpc('sign_up', { activity_id: id });
    for (const who of everybody) {
      const { data } = await as(who).from('signups').select('id').eq('activity_id', id);
      const sees = ['resident', 'consultant'].includes(who);
      expect([who, data?.length ?? 0]).toEqual([who, sees ? 1 : 0]);
    }
  });

  it('the consultant sees the display name of who signed up', async () => {
    const id = await make({ capacity: 5 });
    await as('resident').rpc('sign_up', { activity_id: id });
    const { data } = await as('consultant')
      .from('signups')
      .select('status, person:people (display_name)')
      .eq('activity_id', id);
    expect(data).toEqual([{ status: 'signed_up', person: { display_name: 'Amina' } }]);
  });

  it('everybody who sees the activity sees the counts', async () => {
    const id = await make({ capacity: 1 });
    await as('resident').rpc('sign_up', { activity_id: id });
    await as('neighbour').rpc('sign_up', { activity_id: id });
    const { data } = await anonymous
      .from('activities')
      .select('signed_up_count, waitlisted_count')
      .eq('id', id)
      .single();
    expect(data).toEqual({ signed_up_count: 1, waitlisted_count: 1 });
  });
});

describe('writing without the functions', () => {
  const strangers = everybody.filter((who) => who !== 'consultant');

  it.each(strangers)(
    '%s can not insert, change or delete an activity or its dates',
    async (who) => {
      const id = await make({ status: 'draft' });
      const shown = await make();
      const before = [await truth(id), await truth(shown)];
      const inserted = await as(who)
        .from('activities')
        .insert({ block_id: drobak.id, kind: 'event', title: 'X' });
      expect(inserted.error?.code).toBe('42501');
      for (const one of [id, shown]) {
        await as(who).from('activities').update({ title: 'Stjålet' }).eq('id', one);
        await as(who).from('activities').delete().eq('id', one);
        await as(who)
          .from('activity_sessions')
          .update({ starts_at: '2030-01-01T10:00Z' })
          .eq('activity_id', one);
        await as(who).from('activity_sessions').delete().eq('activity_id', one);
        await as(who).from('activity_sessions').insert({
          activity_id: one,
          block_id: drobak.id,
          starts_at: '2027-01-11T10:00Z',
          ends_at: '2027-01-11T11:00Z',
        });
        expect(
          await t.sql(
            "select starts_at > now() + interval '2 days' as moved from activity_sessions where activity_id = $1",
            [one],
          ),
        ).toEqual([{ moved: false }]);
      }
      expect([await truth(id), await truth(shown)]).toEqual(before);
    },
  );

  it('the consultant changes texts, but not status, counts or version', async () => {
    const id = await make({ capacity: 5 });
    const change = (row: object) => as('consultant').from('activities').update(row).eq('id', id);
    expect((await change({ title: 'Bedre' })).error).toBeNull();
    for (const row of [
      { status: 'draft' },
      { signed_up_count: 0 },
      { version: 9 },
      { cancel_reason: 'x' },
      { block_id: stovner.id },
    ])
      expect((await change(row)).error?.code).toBe('42501');
    expect(await truth(id)).toMatchObject({ title: 'Bedre', status: 'published', version: 2 });
  });

  it('the consultant deletes a draft, but nothing that was published', async () => {
    const [gone, kept] = [await make({ status: 'draft' }), await make()];
    await as('consultant').from('activities').delete().in('id', [gone, kept]);
    expect(await truth(gone)).toBeUndefined();
    expect(await truth(kept)).toBeDefined();
  });

  it('the place of an activity is never a flat or a place of the other building', async () => {
    const [flat] = await t.sql<{ id: string }>(
      "select id from places where kind = 'flat' and block_id = $1 limit 1",
      [drobak.id],
    );
    const [elsewhere] = await t.sql<{ id: string }>(
      "select id from places where kind = 'yard' and block_id = $1",
      [stovner.id],
    );
    const id = await make();
    const put = (place: string) =>
      as('consultant').from('activities').update({ place_id: place }).eq('id', id);
    expect((await put(flat!.id)).error?.code).toBe('42501');
    const write = (place_id: string | null) =>
      as('consultant').from('activities').insert({ id: crypto.randomUUID(), block_id: drobak.id, kind: 'event', title: 'Fest', place_id }); // prettier-ignore
    expect((await write(flat!.id)).error?.code).toBe('42501');
    expect((await write(null)).error).toBeNull();
    expect((await put(elsewhere!.id)).error).not.toBeNull();
    expect((await truth(id)).place_id).toBeNull();
  });

  it('a date can not be added to an activity of the other building', async () => {
    const theirs = await make({ block: stovner.id });
    const { error } = await as('consultant').from('activity_sessions').insert({
      activity_id: theirs,
      block_id: drobak.id,
      starts_at: '2027-01-11T10:00Z',
      ends_at: '2027-01-11T11:00Z',
    });
    expect(error?.code).toBe('23503');
  });

  it.each(everybody)('%s can not write sign-ups directly', async (who) => {
    const id = await make({ capacity: 1 });
    await as('resident').rpc('sign_up', { activity_id: id });
    const [before] = await t.sql<{ person_id: string }>(
      'select * from signups where activity_id = $1',
      [id],
    );
    const [other] = await t.sql<{ id: string }>(
      "select id from people where display_name = 'Yusuf'",
    );
    const row = { activity_id: id, block_id: drobak.id, person_id: other!.id };
    expect((await as(who).from('signups').insert(row)).error?.code).toBe('42501');
    expect(
      (await as(who).from('signups').update({ status: 'cancelled' }).eq('activity_id', id)).error
        ?.code,
    ).toBe('42501');
    expect((await as(who).from('signups').delete().eq('activity_id', id)).error?.code).toBe(
      '42501',
    );
    expect(await t.sql('select * from signups where activity_id = $1', [id])).toEqual([before]);
  });
});

describe('limits of the table', () => {
  it.each([
    ['title', 120],
    ['body', 4000],
    ['audience', 120],
    ['whereabouts', 120],
    ['host', 80],
    ['what_to_expect', 1000],
    ['food', 200],
    ['languages', 120],
  ])('%s takes %i characters and no more', async (column, max) => {
    const insert = (length: number) =>
      as('consultant')
        .from('activities')
        .insert({
          block_id: drobak.id,
          kind: 'event',
          title: 'X',
          [column]: 'x'.repeat(length),
        } as never);
    expect((await insert(max)).error).toBeNull();
    expect((await insert(max + 1)).error?.code).toBe('23514');
  });

  it.each([
    [0, false],
    [1, true],
    [500, true],
    [501, false],
    [10_000, false],
  ])('%i places: taken is %s', async (capacity, taken) => {
    const { error } = await as('consultant')
      .from('activities')
      .insert({ block_id: drobak.id, kind: 'event', title: 'X', capacity });
    expect(error === null).toBe(taken);
  });

  it.each([
    ['an end at the start', '2027-01-11T10:00Z', '2027-01-11T10:00Z', false],
    ['an end before the start', '2027-01-11T10:00Z', '2027-01-11T09:00Z', false],
    ['14 days', '2027-01-11T10:00Z', '2027-01-25T10:00Z', true],
    ['14 days and a minute', '2027-01-11T10:00Z', '2027-01-25T10:01Z', false],
  ])('%s: %s – %s, taken is %s', async (_, starts_at, ends_at, taken) => {
    const activity_id = await make();
    const { error } = await as('consultant')
      .from('activity_sessions')
      .insert({ activity_id, block_id: drobak.id, starts_at, ends_at });
    expect(error?.code).toBe(taken ? undefined : '23514');
  });
});

describe('the consultant makes, publishes, changes and cancels', () => {
  const create = (activity: object, dates: object[] = sessions(), who = 'consultant') =>
    as(who).rpc('create_activity', { activity: activity as never, sessions: dates as never });

  it('the same form sent twice is one draft with its dates', async () => {
    const activity = draft();
    expect((await create(activity)).error).toBeNull();
    expect((await create({ ...activity, title: 'En gang til' })).error).toBeNull();
    expect(await truth(activity.id)).toMatchObject({ title: 'Ny', status: 'draft' });
    expect(
      await t.sql('select id from activity_sessions where activity_id = $1', [activity.id]),
    ).toHaveLength(1);
  });

  it('a wrong date leaves nothing behind', async () => {
    const activity = draft();
    const { error } = await create(activity, [
      ...sessions(),
      ...sessions({ ends_at: '2027-01-10T10:00Z' }),
    ]);
    expect(error?.code).toBe('23514');
    expect(await truth(activity.id)).toBeUndefined();
  });

  it('no date, or 101 of them, is refused', async () => {
    const activity = draft();
    expect((await create(activity, [])).error?.code).toBe('22023');
    expect(
      (
        await create(
          activity,
          Array.from({ length: 101 }, () => sessions()[0]!),
        )
      ).error?.code,
    ).toBe('22023');
    expect(await truth(activity.id)).toBeUndefined();
    expect(
      (
        await create(
          activity,
          Array.from({ length: 100 }, () => sessions()[0]!),
        )
      ).error,
    ).toBeNull();
  });

  it.each(everybody.filter((who) => who !== 'consultant'))(
    '%s can not make an activity here',
    async (who) => {
      const activity = draft();
      expect((await create(activity, sessions(), who)).error?.code).toBe('42501');
      expect(await truth(activity.id)).toBeUndefined();
    },
  );

  it("columns that are not the consultant's are ignored", async () => {
    const activity = draft({ status: 'published', signed_up_count: 40, version: 7 });
    await create(activity);
    expect(await truth(activity.id)).toMatchObject({
      status: 'draft',
      signed_up_count: 0,
      version: 1,
    });
  });

  const change = (
    id: string,
    version: number,
    activity: object,
    dates: object[],
    who = 'consultant',
  ) =>
    as(who).rpc('change_activity', {
      activity_id: id,
      seen_version: version,
      activity: activity as never,
      sessions: dates as never,
    });
  const words = { kind: 'event', title: 'Endret', is_public: true };

  it('a change keeps, moves, adds, cancels and removes dates', async () => {
    const activity = draft();
    const many = [11, 12, 13].map(
      (day) =>
        sessions({ starts_at: `2027-01-${day}T10:00Z`, ends_at: `2027-01-${day}T12:00Z` })[0]!,
    );
    await create(activity, many);
    const read = () =>
      t.sql<{ id: string; starts_at: Date; off: boolean }>(
        'select id, starts_at, cancelled_at is not null as off from activity_sessions where activity_id = $1 order by starts_at',
        [activity.id],
      );
    const [first, second] = await read();
    const { data } = await change(activity.id, 1, words, [
      {
        id: first!.id,
        starts_at: '2027-01-11T11:00Z',
        ends_at: '2027-01-11T12:00Z',
        is_cancelled: false,
      },
      {
        id: second!.id,
        starts_at: '2027-01-12T10:00Z',
        ends_at: '2027-01-12T12:00Z',
        is_cancelled: true,
      },
      { id: null, starts_at: '2027-01-20T10:00Z', ends_at: '2027-01-20T12:00Z' },
    ]);
    expect(data).toBe('saved');
    expect(await read()).toMatchObject([
      { id: first!.id, starts_at: new Date('2027-01-11T11:00Z'), off: false },
      { id: second!.id, off: true },
      { starts_at: new Date('2027-01-20T10:00Z'), off: false },
    ]);
  });

  it('the second of two tabs changes nothing', async () => {
    const activity = draft();
    await create(activity);
    expect((await change(activity.id, 1, words, sessions())).data).toBe('saved');
    expect((await change(activity.id, 1, { ...words, title: 'For sent' }, sessions())).data).toBe(
      'changed_meanwhile',
    );
    expect(await truth(activity.id)).toMatchObject({ title: 'Endret', version: 2 });
  });

  it('a wrong date in a change leaves the texts as they were', async () => {
    const activity = draft();
    await create(activity);
    const { error } = await change(
      activity.id,
      1,
      words,
      sessions({ ends_at: '2027-01-01T10:00Z' }),
    );
    expect(error?.code).toBe('23514');
    expect(await truth(activity.id)).toMatchObject({ title: 'Ny', version: 1 });
  });

  it('a sign-up does not conflict with a change that is being written', async () => {
    const id = await make({ capacity: 5 });
    await as('resident').rpc('sign_up', { activity_id: id });
    expect((await truth(id)).version).toBe(1);
  });

  it.each(['anonymous', 'resident', 'otherConsultant', 'landlord', 'admin'])(
    '%s can not publish, change or cancel',
    async (who) => {
      const [unseen, shown] = [await make({ status: 'draft' }), await make()];
      const before = [await truth(unseen), await truth(shown)];
      const published = await as(who).rpc('publish_activity', { activity_id: unseen });
      const cancelled = await as(who).rpc('cancel_activity', {
        activity_id: shown,
        reason: 'Fordi',
      });
      const changed = await change(shown, 1, words, sessions(), who);
      for (const answer of [published, cancelled, changed])
        expect(['not_found', 'changed_meanwhile', '42501']).toContain(
          answer.data ?? answer.error?.code,
        );
      expect([await truth(unseen), await truth(shown)]).toEqual(before);
    },
  );

  it('publishing answers what happened', async () => {
    const publish = async (id: string) =>
      (await as('consultant').rpc('publish_activity', { activity_id: id })).data;
    const id = await make({ status: 'draft' });
    expect(await publish(id)).toBe('published');
    expect(await publish(id)).toBe('already_published');
    expect(await publish(await make({ status: 'draft', startsIn: '-2 days' }))).toBe('no_dates');
    expect(await publish(await make({ status: 'cancelled' }))).toBe('cancelled');
    expect(await publish(crypto.randomUUID())).toBe('not_found');
  });

  it('cancelling answers what happened, and is final', async () => {
    const cancel = async (id: string, reason = 'Det regner') =>
      (await as('consultant').rpc('cancel_activity', { activity_id: id, reason })).data;
    const id = await make();
    expect(await cancel(id)).toBe('cancelled');
    expect(await cancel(id, 'Noe annet')).toBe('already_cancelled');
    expect(await truth(id)).toMatchObject({ status: 'cancelled', cancel_reason: 'Det regner' });
    expect(await cancel(await make({ status: 'draft' }))).toBe('not_published');
    expect(await cancel(await make({ startsIn: '-2 days' }))).toBe('past');
    expect((await change(id, 2, words, sessions())).data).toBe('changed_meanwhile');
  });

  it('a reason is required, of 300 characters at most', async () => {
    const id = await make();
    for (const reason of ['', '   ', 'x'.repeat(301)])
      expect(
        (await as('consultant').rpc('cancel_activity', { activity_id: id, reason })).error?.code,
      ).toBe('23514');
    expect((await truth(id)).status).toBe('published');
  });
});

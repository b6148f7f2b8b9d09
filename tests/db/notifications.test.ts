import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { hold, isWaiting } from '../support/held.ts';
import { clientOf, EVERYBODY, expectRefused } from '../support/rights.ts';
import { addDate, makeActivity, neighbours, startsIn, type Wish } from '../support/signups.ts';

let t: TestDb;
let n: Awaited<ReturnType<typeof neighbours>>;
let consultant: Db;

beforeAll(async () => {
  t = await testDatabase();
  n = await neighbours(t, 4);
  consultant = await t.as(CAST.drobak.consultant);
}, 60_000);
afterAll(() => t?.close());

const inDays = (days: number, hours = 0) =>
  new Date(Date.now() + (days * 24 + hours) * 3_600_000).toISOString();
const datesOf = async (id: string) =>
  t.sql<{ id: string; starts_at: Date; ends_at: Date }>(
    'select id, starts_at, ends_at from activity_sessions where activity_id = $1 order by starts_at',
    [id],
  );
/** A course with that many weekly dates; people 0 and 1 are in, 2 waits. */
const course = async (dates = 1, wish: Wish = {}) => {
  const id = await makeActivity(t, { capacity: 2, ...wish });
  for (let i = 1; i < dates; i++) await addDate(t, id, `${3 + 7 * i} days`);
  for (const i of [0, 1, 2]) await n.signUp(i, id);
  return { id, dates: (await datesOf(id)).map((one) => one.id) };
};
const move = async (session_id: string, days: number) =>
  (
    await consultant.rpc('move_session', {
      session_id,
      starts_at: inDays(days),
      ends_at: inDays(days, 1),
    })
  ).data;
const messages = (id: string) =>
  t.sql<{ kind: string; session_id: string; person_id: string }>(
    'select kind, session_id, person_id from notifications where activity_id = $1 order by created_at',
    [id],
  );

describe('a date that changes', () => {
  it('notifies everybody who is signed up, and nobody who waits', async () => {
    const { id, dates } = await course();
    expect(await move(dates[0]!, 5)).toBe('moved');
    expect([await n.told(0, id), await n.told(1, id), await n.told(2, id)]).toEqual([
      ['session_moved'],
      ['session_moved'],
      [],
    ]);
  });

  it('notifies once per change: moved, moved again, cancelled, reinstated', async () => {
    const { id, dates } = await course();
    await move(dates[0]!, 5);
    await move(dates[0]!, 6);
    await consultant.rpc('cancel_session', { session_id: dates[0]! });
    await consultant.rpc('cancel_session', { session_id: dates[0]!, note: 'Fortsatt' });
    await consultant.rpc('restore_session', { session_id: dates[0]! });
    expect(await n.told(0, id)).toEqual([
      'session_moved',
      'session_moved',
      'session_cancelled',
      'session_moved',
    ]);
  });

  it('does not notify when nothing of it changed', async () => {
    const { id, dates } = await course();
    const [date] = await datesOf(id);
    const same = { starts_at: date!.starts_at.toISOString(), ends_at: date!.ends_at.toISOString() };
    await consultant.rpc('move_session', { session_id: dates[0]!, ...same, note: 'Som før' });
    await consultant.rpc('restore_session', { session_id: dates[0]! });
    expect(await messages(id)).toEqual([]);
  });

  it('does not notify when it is over', async () => {
    const { id, dates } = await course();
    await startsIn(t, id, '-3 days');
    await t.sql('delete from notifications where activity_id = $1', [id]);
    await consultant
      .from('activity_sessions')
      .update({ ends_at: inDays(-2) })
      .eq('id', dates[0]!);
    expect((await datesOf(id))[0]!.ends_at.getTime()).toBeLessThan(Date.now() - 86_000_000);
    expect(await messages(id)).toEqual([]);
    expect(await move(dates[0]!, 3)).toBe('past');
  });

  it('notifies when it is cancelled through the API too', async () => {
    const { id, dates } = await course();
    await consultant
      .from('activity_sessions')
      .update({ cancelled_at: inDays(0) })
      .eq('id', dates[0]!);
    expect(await n.told(0, id)).toEqual(['session_cancelled']);
  });

  it('notifies nobody in a drop-in, a draft or a cancelled activity', async () => {
    const dropIn = await makeActivity(t, { capacity: null });
    const draft = await makeActivity(t, { status: 'draft', capacity: 3 });
    for (const id of [dropIn, draft]) {
      const [date] = await datesOf(id);
      expect(await move(date!.id, 5)).toBe('moved');
      expect(await messages(id)).toEqual([]);
    }
    const { id, dates } = await course();
    await consultant.rpc('cancel_activity', { activity_id: id, reason: 'Storm' });
    expect(await move(dates[0]!, 5)).toBe('activity_cancelled');
    expect((await messages(id)).map(({ kind }) => kind)).toEqual([
      'activity_cancelled',
      'activity_cancelled',
      'activity_cancelled',
    ]);
  });

  it('does not notify people who have left', async () => {
    const { id, dates } = await course();
    await n.leave(0, id);
    await move(dates[0]!, 5);
    expect(await n.told(0, id)).toEqual([]);
    expect(await n.told(2, id)).toEqual(['place_won', 'session_moved']);
  });
});

describe('many dates that change together', () => {
  const first = async (id: string) =>
    (await messages(id)).map(({ kind, session_id }) => [kind, session_id]);

  it('cancelled from one on: one message each, about the first', async () => {
    const { id, dates } = await course(6);
    await consultant.rpc('cancel_following', { session_id: dates[2]! });
    expect(await first(id)).toEqual([
      ['session_cancelled', dates[2]],
      ['session_cancelled', dates[2]],
    ]);
  });

  it('moved from one on: one message each, about the first', async () => {
    const { id, dates } = await course(6);
    const [, second] = await datesOf(id);
    const at = (by: number) => new Date(second!.starts_at.getTime() + by).toISOString();
    const { data } = await consultant.rpc('move_following', {
      session_id: dates[1]!,
      starts_at: at(7_200_000),
      ends_at: at(10_800_000),
    });
    expect(data).toBe('moved');
    expect(await first(id)).toEqual([
      ['session_moved', dates[1]],
      ['session_moved', dates[1]],
    ]);
  });

  it('in two activities at once: one message for each', async () => {
    const [one, two] = [await course(2), await course(2)];
    await consultant
      .from('activity_sessions')
      .update({ cancelled_at: inDays(0) })
      .in('activity_id', [one.id, two.id]);
    expect([await n.told(0, one.id), await n.told(0, two.id)]).toEqual([
      ['session_cancelled'],
      ['session_cancelled'],
    ]);
  });

  it('removed in the form: one message that the dates have changed', async () => {
    const { id, dates } = await course(4);
    const kept = (await datesOf(id)).slice(0, 2).map((one) => ({ ...one, is_cancelled: false }));
    const { data } = await consultant.rpc('change_activity', {
      activity_id: id,
      seen_version: 1,
      activity: { kind: 'event', title: 'Prøve', is_public: true, capacity: 2 },
      sessions: kept as never,
    });
    expect(data).toBe('saved');
    expect((await datesOf(id)).map((one) => one.id)).toEqual(dates.slice(0, 2));
    expect([await n.told(0, id), await n.told(1, id), await n.told(2, id)]).toEqual([
      ['session_moved'],
      ['session_moved'],
      [],
    ]);
  });

  it('in another place: those signed up are notified once per change, and nobody when only the text changes', async () => {
    const { id } = await course(2);
    const change = (values: { whereabouts?: string; title?: string }) =>
      consultant.from('activities').update(values).eq('id', id).select('id');
    expect((await change({ title: 'Et annet navn' })).data).toHaveLength(1);
    expect(await n.told(0, id)).toEqual([]);
    for (const whereabouts of ['Ute', 'Inne']) await change({ whereabouts });
    expect([await n.told(0, id), await n.told(2, id)]).toEqual([
      ['place_changed', 'place_changed'],
      [],
    ]);
  });

  it('removed after they were over or cancelled: nobody is notified', async () => {
    const { id, dates } = await course(2);
    await consultant.rpc('cancel_session', { session_id: dates[1]! });
    await startsIn(t, id, '-3 days');
    await t.sql('delete from notifications where activity_id = $1', [id]);
    await consultant.from('activity_sessions').delete().eq('activity_id', id);
    expect(await datesOf(id)).toEqual([]);
    expect(await messages(id)).toEqual([]);
  });
});

describe('a proposed activity', () => {
  const proposal = (id: string, block_id: string) => ({
    id,
    block_id,
    kind: 'event',
    title: 'Sjakk',
    is_public: true,
  });
  const sessions = () => [{ starts_at: inDays(5), ends_at: inDays(5, 1) }];
  const propose = async (db: Db, id: string, block: string) =>
    db.rpc('propose_activity', {
      activity: proposal(id, block) as never,
      sessions: sessions() as never,
    });

  it('sent twice at once is stored once, and its host is notified of the answer once', async () => {
    const [block] = await t.sql<{ id: string }>(
      "select id from blocks where slug = 'drobakgata-1'",
    );
    const id = crypto.randomUUID();
    const host = n.people[3]!;
    const first = await hold(t, host.id, 'public.propose_activity($1, $2)', [
      proposal(id, block!.id),
      JSON.stringify(sessions()),
    ]);
    const second = propose(host.db, id, block!.id);
    await isWaiting(second);
    await first.commit();
    expect(await second).toMatchObject({ data: 'already_proposed', error: null });
    for (const outcome of ['published', 'already_published'])
      expect((await consultant.rpc('publish_activity', { activity_id: id })).data).toBe(outcome);
    expect(await n.told(3, id)).toEqual(['activity_approved']);
    expect((await propose(host.db, id, block!.id)).data).toBe('already_proposed');
    expect(await t.sql('select status from activities where id = $1', [id])).toEqual([
      { status: 'published' },
    ]);
  });
});

describe('reading and writing', () => {
  const ids = async () => {
    const { id, dates } = await course();
    const resident = await t.as(CAST.drobak.resident);
    await consultant.from('activities').update({ capacity: 3 }).eq('id', id);
    await consultant.from('activities').update({ capacity: 4 }).eq('id', id);
    expect((await resident.rpc('sign_up', { activity_id: id })).data).toBe('signed_up');
    await move(dates[0]!, 5);
    const [mine] = await t.sql<{ id: string; person_id: string }>(
      `select n.id, n.person_id from notifications n join auth.users u on u.id = n.person_id
       where n.activity_id = $1 and u.email = $2`,
      [id, CAST.drobak.resident],
    );
    return { activity: id, ...mine! };
  };

  it.each(EVERYBODY)('only the receiver reads: %s', async (who) => {
    const { activity, id } = await ids();
    const { data } = await (
      await clientOf(t, who)
    )
      .from('notifications')
      .select('id')
      .eq('activity_id', activity);
    expect(data ?? []).toEqual(who === 'resident' ? [{ id }] : []);
  });

  it.each(EVERYBODY)('nobody inserts, changes or deletes: %s', async (who) => {
    const { activity, id, person_id } = await ids();
    const client = await clientOf(t, who);
    const [block] = await t.sql<{ id: string }>(
      "select id from blocks where slug = 'drobakgata-1'",
    );
    const row = {
      person_id,
      block_id: block!.id,
      kind: 'place_won',
      subject: 'falsk',
      activity_id: activity,
    };
    const table = client.from('notifications');
    await expectRefused(t, 'public.notifications', () => table.insert(row));
    await expectRefused(t, 'public.notifications', () =>
      table.update({ sent_at: inDays(0) }).eq('id', id),
    );
    await expectRefused(t, 'public.notifications', () => table.delete().eq('id', id));
  });
});

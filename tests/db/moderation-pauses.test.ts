import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { KINDS, moderated, toldReasons } from '../support/moderation.ts';
import { openVote, receipt } from '../support/polls.ts';
import { BLOCK, OUTSIDERS, personOf } from '../support/proposals.ts';
import { demoId } from '../support/demo.ts';

let at: TestDb;
let they: Awaited<ReturnType<typeof moderated>>;
beforeAll(async () => {
  at = await testDatabase();
  they = await moderated(at, 1);
});
afterAll(() => at.close());
/** Each test starts without pauses of another. */
afterEach(() => at.sql('delete from public.pauses'));

const { drobak, landlord } = CAST;
const desk = drobak.consultant;
const flowers = demoId('drobakgata-1/proposal/flowers');
const membershipOf = async (email: Email) =>
  (
    await at.sql<{ id: string }>(
      `select id from public.memberships where person_id = $1 and role = 'resident' and ended_at is null`,
      [await personOf(at, email)],
    )
  )[0]!.id;
const pauseMember = async (who: Email, membership_id: string, days = 7, reason = 'Ta en pause') =>
  (await (await at.as(who)).rpc('pause_member', { membership_id, days, reason })).data;
const lift = async (who: Email, membership_id: string) =>
  (await (await at.as(who)).rpc('lift_member_pause', { membership_id, reason: 'Nok' })).data;

/** Every function that writes something neighbours read. */
const writes: Record<string, (db: Db, hosted: string) => PromiseLike<{ data: unknown }>> = {
  propose: (db) =>
    db.rpc('propose', {
      id: randomUUID(),
      block_id: BLOCK,
      title: 'Noe',
      body: 'Mer',
      kind: 'social',
    }),
  comment_proposal: (db) =>
    db.rpc('comment_proposal', { id: randomUUID(), proposal_id: flowers, body: 'Fint' }),
  flag_thing: (db) =>
    db.rpc('flag_thing', {
      kind: 'proposal',
      id: demoId('drobakgata-1/proposal/bike-pump'),
      reason: 'x',
    }),
  propose_activity: (db) =>
    db.rpc('propose_activity', {
      activity: {
        id: randomUUID(),
        block_id: BLOCK,
        kind: 'event',
        title: 'Kveld',
        is_public: true,
      },
      sessions: [
        {
          starts_at: new Date(Date.now() + 9e7).toISOString(),
          ends_at: new Date(Date.now() + 9.5e7).toISOString(),
        },
      ],
    }),
  send_activity_message: (db, activity_id) =>
    db.rpc('send_activity_message', { activity_id, message_id: randomUUID(), body: 'Hei' }),
};

describe('a pause', () => {
  test.each(Object.keys(writes))(
    'refuses %s, and allows it again when it is over',
    async (name) => {
      const db = await at.as(they.author);
      const hosted = await they.make.activity();
      expect(await pauseMember(desk, await membershipOf(they.author))).toBe('done');
      const count = () =>
        at.sql(`select (select count(*) from public.proposals) + (select count(*) from public.proposal_comments)
        + (select count(*) from public.flags) + (select count(*) from public.activities) + (select count(*) from public.activity_messages) as n`);
      const before = await count();
      expect((await writes[name]!(db, hosted)).data).toBe('paused');
      expect(await count()).toEqual(before);
      // It ends by itself.
      await at.sql(
        `update public.pauses set started_at = now() - interval '9 days', ends_at = now() - interval '1 second'`,
      );
      expect((await writes[name]!(db, hosted)).data).not.toBe('paused');
    },
  );

  test('refuses questions about a poll, and lets the person vote', async () => {
    const vote = await openVote(at);
    await pauseMember(desk, await membershipOf(they.author));
    const db = await at.as(they.author);
    const sent = { id: randomUUID(), poll_id: vote.id, body: 'Hvorfor?' };
    expect((await db.rpc('ask_poll_question', sent)).data).toBe('paused');
    const ballot = { poll_id: vote.id, choices: [vote.options[0]!], receipt: receipt() };
    expect((await db.rpc('cast_vote', ballot)).data).toBe('voted');
  });

  test('lets a host move and cancel, but not write text', async () => {
    const db = await at.as(they.author);
    const hosted = await they.make.activity();
    const [date] = await at.sql<{ id: string }>(
      `insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at, note)
       values ($1, $2, now() + interval '3 days', now() + interval '3 days 1 hour', 'Som sagt') returning id`,
      [hosted, BLOCK],
    );
    const noteOf = async () =>
      (await at.sql('select note from public.activity_sessions where id = $1', [date!.id]))[0];
    await pauseMember(desk, await membershipOf(they.author));
    const moved = { starts_at: new Date(Date.now() + 4e8).toISOString(), ends_at: new Date(Date.now() + 4.1e8).toISOString() }; // prettier-ignore
    await db.from('activity_sessions').update(moved).eq('id', date!.id);
    expect(await noteOf()).toEqual({ note: 'Som sagt' });
    await db.from('activity_sessions').update({ note: 'Stygt' }).eq('id', date!.id);
    expect(await noteOf()).toEqual({ note: null });
    await db.rpc('cancel_activity', { activity_id: hosted, reason: 'Stygt' });
    expect(await at.sql('select status, cancel_reason from public.activities where id = $1', [hosted])).toEqual([{ status: 'cancelled', cancel_reason: '–' }]); // prettier-ignore
  });

  test('leaves support, sign-up and reports of faults as they are, and a host cannot change texts', async () => {
    const db = await at.as(they.author);
    const hosted = await they.make.activity();
    await pauseMember(desk, await membershipOf(they.author));
    const support = await db.rpc('support_proposal', { proposal_id: flowers });
    expect(support.data).toBe('supported');
    const before = await they.rowOf('activity', hosted);
    await db.from('activities').update({ body: 'Noe stygt' }).eq('id', hosted);
    expect(await they.rowOf('activity', hosted)).toEqual(before);
    const word = { activity_id: hosted, block_id: BLOCK, language: 'en', title: 'Ugly' };
    expect((await db.from('activity_translations').insert(word)).error?.code).toBe('42501');
    expect((await db.rpc('cancel_activity', { activity_id: hosted, reason: 'Syk' })).data).toBe(
      'cancelled',
    );
  });

  test('is for one building: it does not apply in another, or to the neighbour', async () => {
    await pauseMember(desk, await membershipOf(they.author));
    expect((await (await at.as(they.author)).rpc('my_pauses')).data).toMatchObject([
      { block_id: BLOCK, reason: 'Ta en pause' },
    ]);
    for (const who of [drobak.household, drobak.neighbour, desk, ...OUTSIDERS] as Email[])
      expect((await (await at.as(who)).rpc('my_pauses')).data, who).toEqual([]);
  });

  test('lasts 1 to 30 days, has a reason, is given once, and is notified, lifted and logged', async () => {
    const member = await membershipOf(they.author);
    const mine = await at.as(they.author);
    for (const days of [0, 31, -1])
      expect(await pauseMember(desk, member, days)).toBe('days_missing');
    expect(await pauseMember(desk, member, 7, ' ')).toBe('reason_missing');
    expect(await at.sql('select * from public.pauses')).toEqual([]);
    for (const who of [drobak.neighbour, landlord, ...OUTSIDERS] as Email[]) {
      expect(await pauseMember(who, member), who).toBe('not_found');
      expect(await lift(who, member), who).toBe('not_found');
    }
    expect(await lift(desk, member)).toBe('nothing_to_do');
    const both = await Promise.all([1, 2].map(() => pauseMember(desk, member, 30)));
    expect(both.toSorted()).toEqual(['done', 'nothing_to_do']);
    expect((await toldReasons(mine, 'account_paused')).at(-1)).toBe('Ta en pause');
    expect(await lift(desk, member)).toBe('done');
    expect((await mine.rpc('my_pauses')).data).toEqual([]);
    const trail = await at.sql(
      `select act, reason from public.audit_entries where subject_id = $1 and act::text like '%pause' order by acted_at desc limit 2`,
      [member],
    );
    expect(trail).toEqual([
      { act: 'lift_pause', reason: 'Nok' },
      { act: 'pause', reason: 'Ta en pause' },
    ]);
  });
});

describe('a pause for a thing', () => {
  test.each(KINDS)('%s: pauses its author and does not tell who that is', async (kind) => {
    const id = await they.make[kind]();
    expect(await they.judge(desk, kind, id, 'pause')).toBe('days_missing');
    expect(await they.judge(desk, kind, id, 'pause', { days: 3 })).toBe('done');
    expect(await they.judge(desk, kind, id, 'pause', { days: 3 })).toBe('nothing_to_do');
    const db = await at.as(they.author);
    expect((await writes['comment_proposal']!(db, '')).data).toBe('paused');
    const { data } = await (await at.as(desk)).from('pauses').select('*');
    expect(data).toMatchObject([{ thing_id: id, membership_id: null }]);
    for (const who of [they.author, drobak.neighbour, landlord, CAST.admin] as Email[])
      expect((await (await at.as(who)).from('pauses').select('id')).data, who).toEqual([]);
    expect(await they.judge(desk, kind, id, 'lift_pause')).toBe('done');
    expect(await they.judge(desk, kind, id, 'lift_pause')).toBe('nothing_to_do');
    expect((await writes['comment_proposal']!(db, '')).data).toBe('commented');
    await at.sql("delete from private.attempts where kind like 'comment%'");
  });

  test('is independent of a pause of the member: both are given, answered and lifted separately', async () => {
    const [one, other] = [await they.make.comment(), await they.make.comment()];
    const member = await membershipOf(they.author);
    const answers = [
      await they.judge(desk, 'comment', one, 'pause', { days: 3 }),
      await they.judge(desk, 'comment', other, 'pause', { days: 3 }),
      await pauseMember(desk, member),
      await they.judge(desk, 'comment', one, 'lift_pause'),
      await lift(desk, member),
    ];
    expect(answers).toEqual(Array(5).fill('done'));
    const db = await at.as(they.author);
    expect((await db.rpc('my_pauses')).data).toHaveLength(1);
  });

  test('outlives the thing: withdrawing the comment does not end it', async () => {
    const id = await they.make.comment();
    await they.judge(desk, 'comment', id, 'pause', { days: 3 });
    const db = await at.as(they.author);
    expect((await db.rpc('take_back_comment', { comment_id: id })).data).toBe(true);
    expect((await writes['propose']!(db, '')).data).toBe('paused');
    const { data } = await db.rpc('acts_about_me');
    expect(data!.find((act) => act.subject_id === id)).toMatchObject({ act: 'pause' });
  });

  test('gives the same answer when the account behind the thing is deleted', async () => {
    const { people } = await moderated(at, 1);
    const id = randomUUID();
    await people[0]!.db.rpc('comment_proposal', { id, proposal_id: flowers, body: 'Hei' });
    await at.sql('delete from auth.users where id = $1', [people[0]!.id]);
    expect(await they.judge(desk, 'comment', id, 'pause', { days: 3 })).toBe('done');
    expect(await at.sql('select * from private.paused_people')).toEqual([]);
  });
});

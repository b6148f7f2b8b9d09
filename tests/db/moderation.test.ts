import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acts } from '~/domains/moderation/audit.ts';
import { listActs } from '~/domains/moderation/audit.server.ts';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { KINDS, moderated, toldReasons, type Kind } from '../support/moderation.ts';
import { openVote } from '../support/polls.ts';
import { BLOCK, OUTSIDERS, propose } from '../support/proposals.ts';

let at: TestDb;
let they: Awaited<ReturnType<typeof moderated>>;
beforeAll(async () => {
  at = await testDatabase();
  they = await moderated(at, 3);
});
beforeEach(() => they.tomorrow());
afterAll(() => at.close());

const { drobak, stovner, landlord, admin } = CAST;
const desk = drobak.consultant;
const notDesk = [drobak.resident, drobak.neighbour, landlord, stovner.consultant, admin] as Email[];
const trailOf = (id: string) =>
  at.sql(
    'select act, actor_role, reason from public.audit_entries where subject_id = $1 order by acted_at, act::text',
    [id],
  );
/** Hidden by three flats. */
const flagAway = async (kind: Kind, id: string) => {
  for (const { db } of they.people) await they.flag(db, kind, id);
};

describe.each(KINDS)('%s', (kind) => {
  test('every act belongs to the consultant of the building', async () => {
    const id = await they.make[kind]();
    await they.flag(drobak.neighbour, kind, id);
    const before = await they.rowOf(kind, id);
    const acts = ['hide', 'dismiss', 'restore', 'edit', 'warn', 'pause', 'lift_pause'] as const;
    for (const who of notDesk)
      for (const act of acts)
        expect(await they.judge(who, kind, id, act, { body: 'Annet', days: 3 }), who).toBe(
          'not_found',
        );
    expect(await they.rowOf(kind, id)).toEqual(before);
    expect(await they.judge(desk, kind, id, 'hide', { reason: ' ' })).toBe('reason_missing');
    expect(await they.judge(desk, kind, randomUUID(), 'hide')).toBe('not_found');
    expect(await they.rowOf(kind, id)).toEqual(before);
  });

  test('is hidden, appealed once, shown again; hidden again it may be appealed again', async () => {
    const id = await they.make[kind]();
    const mine = await at.as(they.author);
    expect(await they.appeal(they.author, kind, id)).toBe('not_hidden');
    expect(await they.judge(desk, kind, id, 'hide', { reason: 'Skriv uten navn' })).toBe('done');
    expect(await they.judge(desk, kind, id, 'hide')).toBe('nothing_to_do');
    expect(await they.sees(drobak.neighbour, kind, id)).toBe(false);
    expect(await they.rowOf(kind, id)).toMatchObject({ hidden_reason: 'Skriv uten navn' });
    expect((await toldReasons(mine, 'account_moderated')).at(-1)).toBe('Skriv uten navn');
    for (const who of [drobak.household, drobak.neighbour, desk, ...OUTSIDERS] as Email[])
      expect(await they.appeal(who, kind, id), who).toBe('not_found');
    const both = await Promise.all([1, 2].map(() => they.appeal(they.author, kind, id)));
    expect(both.toSorted()).toEqual(['already_appealed', 'appealed']);
    expect(await they.judge(desk, kind, id, 'restore', { reason: 'Det er greit' })).toBe('done');
    expect(await they.sees(drobak.neighbour, kind, id)).toBe(true);
    const { data } = await mine.from('appeals').select('is_granted, answer').eq('thing_id', id);
    expect(data).toEqual([{ is_granted: true, answer: 'Det er greit' }]);
    await they.judge(desk, kind, id, 'hide');
    expect(await they.appeal(they.author, kind, id)).toBe('appealed');
    const upheld = await they.judge(desk, kind, id, 'hide', { reason: 'Fortsatt nei' });
    expect(upheld).toBe('done');
    expect(await they.appeal(they.author, kind, id)).toBe('already_appealed');
    expect(await they.judge(desk, kind, id, 'hide')).toBe('nothing_to_do');
    expect((await trailOf(id)).map(({ act }) => act).slice(-4)).toEqual([
      'hide',
      'restore',
      'hide',
      'uphold',
    ]);
  });

  test('is edited with a trace: all see that and why, few see the old text', async () => {
    const id = await they.make[kind]();
    const old = await they.rowOf(kind, id);
    await flagAway(kind, id);
    expect(await they.judge(desk, kind, id, 'edit')).toBe('nothing_to_do');
    const words = { title: 'Ny tittel', body: 'Nye ord.', reason: 'Navn tatt ut' };
    expect(await they.judge(desk, kind, id, 'edit', words)).toBe('done');
    const hasTitle = kind === 'proposal' || kind === 'activity';
    expect(await they.rowOf(kind, id)).toMatchObject({
      body: 'Nye ord.',
      hidden_at: null,
      ...(hasTitle && { title: 'Ny tittel' }),
    });
    const read = async (who: Email) =>
      (
        await (
          await at.as(who)
        )
          .from('edits')
          .select('reason, edit_texts (old_title, old_body)')
          .eq('thing_id', id)
      ).data;
    const before = { old_title: hasTitle ? old['title'] : null, old_body: old['body'] };
    for (const who of [they.author, desk, admin])
      expect(await read(who), who).toEqual([{ reason: 'Navn tatt ut', edit_texts: before }]);
    expect(await read(drobak.neighbour)).toEqual([{ reason: 'Navn tatt ut', edit_texts: null }]);
    expect(await read(drobak.household)).toEqual(
      kind === 'message' ? [] : [{ reason: 'Navn tatt ut', edit_texts: null }],
    );
    if (kind !== 'activity')
      for (const who of Object.values(stovner)) expect(await read(who), who).toEqual([]);
    expect((await trailOf(id)).at(-1)).toMatchObject({ act: 'edit', reason: 'Navn tatt ut' });
    expect(JSON.stringify(await trailOf(id))).not.toContain(old['body']);
  });

  test('is hidden by the consultant when three flats hid it and the consultant keeps it hidden', async () => {
    const id = await they.make[kind]();
    await flagAway(kind, id);
    const { hidden_at } = await they.rowOf(kind, id);
    expect(await they.appeal(they.author, kind, id)).toBe('appealed');
    expect(await they.judge(desk, kind, id, 'hide', { reason: 'Enig' })).toBe('done');
    const row = await they.rowOf(kind, id);
    expect(row).toMatchObject({ hidden_at, hidden_by: 'staff', hidden_reason: 'Enig' });
    expect(await they.appeal(they.author, kind, id)).toBe('already_appealed');
    const verdicts = await at.sql('select distinct verdict from public.flags where thing_id = $1', [
      id,
    ]);
    expect(verdicts).toEqual([{ verdict: 'hidden' }]);
  });
});

describe('the consultant', () => {
  test('dismisses flags without a comment, but needs one for what flags have hidden', async () => {
    const id = await they.make.comment();
    expect(await they.judge(desk, 'comment', id, 'dismiss')).toBe('nothing_to_do');
    await they.flag(drobak.neighbour, 'comment', id);
    expect(await they.judge(desk, 'comment', id, 'dismiss', { reason: '' })).toBe('done');
    await they.tomorrow();
    const other = await they.make.comment();
    await flagAway('comment', other);
    expect(await they.judge(desk, 'comment', other, 'dismiss', { reason: '' })).toBe(
      'reason_missing',
    );
    expect(await they.judge(desk, 'comment', other, 'dismiss')).toBe('done');
    expect((await trailOf(other)).at(-1)).toMatchObject({ act: 'restore' });
  });

  test('sends a reminder to the author, and nobody else is notified', async () => {
    const id = await they.make.message();
    expect(await they.judge(desk, 'message', id, 'warn', { reason: 'Vær grei' })).toBe('done');
    const told = await at.sql(
      `select u.email, n.kind, n.activity_id is not null as leads from public.notifications n
      join auth.users u on u.id = n.person_id where n.kind = 'account_moderated' order by n.created_at desc, n.id limit 1`,
    );
    expect(told).toEqual([{ email: they.author, kind: 'account_moderated', leads: true }]);
    expect((await toldReasons(await at.as(they.author), 'account_moderated')).at(-1)).toBe(
      'Vær grei',
    );
    expect(await they.sees(drobak.neighbour, 'message', id)).toBe(true);
  });

  test('gets an activity back in the queue when its host rewrites it after an edit, until it is looked at', async () => {
    const id = await they.make.activity();
    const [host, consultant] = [await at.as(they.author), await at.as(desk)];
    const waits = async () =>
      ((await consultant.rpc('moderation_queue', { block_id: BLOCK })).data ?? [])
        .filter((row) => row.id === id)
        .map((row) => ({ body: row.body, isChanged: row.changed_at !== null }));
    const write = async (db: Db, body: string) => {
      const { error } = await db.from('activities').update({ body }).eq('id', id);
      expect(error).toBeNull();
    };
    await write(host, 'Spør Per.');
    expect(await waits()).toEqual([]);
    await they.judge(desk, 'activity', id, 'edit', { title: 'Fotball', body: 'Spør en nabo.' });
    expect(await waits()).toEqual([]);
    await host.from('activities').update({ capacity: 20 }).eq('id', id);
    await write(consultant, 'Spør en av naboene.');
    expect(await waits()).toEqual([]);

    await write(host, 'Spør Per igjen.');
    expect(await waits()).toEqual([{ body: 'Spør Per igjen.', isChanged: true }]);
    expect(await they.sees(drobak.neighbour, 'activity', id)).toBe(true);
    expect(await they.judge(desk, 'activity', id, 'dismiss', { reason: '' })).toBe('done');
    expect(await waits()).toEqual([]);
    expect(await they.judge(desk, 'activity', id, 'dismiss')).toBe('nothing_to_do');

    const said = {
      activity_id: id,
      block_id: BLOCK,
      language: 'en',
      title: 'Football',
      body: 'Per',
    };
    expect((await host.from('activity_translations').insert(said)).error).toBeNull();
    expect(await waits()).toHaveLength(1);
    await they.judge(desk, 'activity', id, 'hide');
    expect(await waits()).toEqual([]);
  });

  test('does not edit what is in an open poll', async () => {
    const id = await they.make.proposal();
    const before = await they.rowOf('proposal', id);
    await openVote(at, {
      options: [{ title: 'Krakker', proposal_id: id }, { title: 'Ingenting' }],
    });
    expect(await they.judge(desk, 'proposal', id, 'edit', { body: 'Nye ord' })).toBe(
      'in_open_vote',
    );
    expect(await they.rowOf('proposal', id)).toEqual(before);
  });

  test('decides what waits for approval in its own queue, not here', async () => {
    const id = await propose(at);
    expect(await they.judge(desk, 'proposal', id, 'hide')).toBe('not_found');
  });

  test('reads no line that tells who wrote a thing: not in the queue, the pauses or the trail', async () => {
    const id = await they.make.comment();
    await they.flag(drobak.neighbour, 'comment', id);
    await they.judge(desk, 'comment', id, 'warn');
    await they.judge(desk, 'comment', id, 'pause', { days: 1 });
    const db = await at.as(desk);
    const [author] = await at.sql<{ id: string }>('select id from auth.users where email = $1', [
      they.author,
    ]);
    const members = await at.sql<{ id: string }>(
      'select id from public.memberships where person_id = $1',
      [author!.id],
    );
    const all = await Promise.all([
      db.rpc('moderation_queue', { block_id: BLOCK }),
      db.from('pauses').select('*'),
      db.from('audit_entries').select('*, actor_name').eq('subject_id', id),
      db.from('things').select('*').eq('id', id),
    ]);
    const text = JSON.stringify(all.map(({ data }) => data));
    expect(text).toContain(id);
    for (const secret of [author!.id, members[0]!.id]) expect(text).not.toContain(secret);
    await they.judge(desk, 'comment', id, 'lift_pause');
  });

  test('hides an activity from everything that lists it: dates, calendar, reminders, sign-up', async () => {
    const id = await they.make.activity();
    const db = await at.as(drobak.neighbour);
    expect((await db.rpc('sign_up', { activity_id: id })).data).toBe('signed_up');
    const { data: secret } = await db.rpc('make_calendar_link');
    const inCalendar = async () =>
      (await at.anonymous().rpc('calendar_of', { secret: secret! })).data!.some(
        ({ activity_id }) => activity_id === id,
      );
    const dates = async () =>
      (await at.anonymous().from('activity_sessions').select('id').eq('activity_id', id)).data!
        .length;
    expect([await inCalendar(), await dates()]).toEqual([true, 1]);
    await they.judge(desk, 'activity', id, 'hide');
    expect([await inCalendar(), await dates()]).toEqual([false, 0]);
    expect((await they.people[0]!.db.rpc('sign_up', { activity_id: id })).data).toBe('not_found');
    await they.judge(desk, 'activity', id, 'restore');
    expect([await inCalendar(), await dates()]).toEqual([true, 1]);
  });

  test('hides a proposal from similar proposals and counts, too', async () => {
    const title = `Drivhus ${randomUUID().slice(0, 8)}`;
    const id = await propose(at, { approve: true, title });
    const db = await at.as(drobak.neighbour);
    const like = async () => (await db.rpc('like_proposals', { block_id: BLOCK, title })).data;
    expect(await like()).toContain(id);
    await flagAway('proposal', id);
    expect(await like()).not.toContain(id);
    expect((await db.rpc('support_proposal', { proposal_id: id })).data).toBe('not_open');
  });
});

describe('a comment that its author withdraws', () => {
  const takeBack = async (id: string) =>
    (await (await at.as(they.author)).rpc('take_back_comment', { comment_id: id })).data;
  const left = async (id: string) =>
    at.sql<{ act: string; actor_id: string | null; actor_role: string | null; details: object }>(
      `select act, actor_id, actor_role, details from public.audit_entries
       where subject_id = $1 and act = 'take_back' order by acted_at`,
      [id],
    );

  test('leaves in the trail how many had flagged it and that there was an appeal, but neither text nor author', async () => {
    const id = await they.make.comment();
    await flagAway('comment', id);
    expect(await they.appeal(they.author, 'comment', id, 'Det var ironi.')).toBe('appealed');
    expect(await takeBack(id)).toBe(true);
    expect(await left(id)).toEqual([
      {
        act: 'take_back',
        actor_id: null,
        actor_role: null,
        details: { flags: 3, is_appealed: true, is_waiting: true },
      },
    ]);
    expect(acts).toContain('take_back');
    const [kept] = await at.sql<{ all: string }>(
      `select coalesce(string_agg(a::text, ' '), '') as all from public.audit_entries a where a.subject_id = $1`,
      [id],
    );
    expect(kept!.all).toContain('hide_by_flags');
    for (const words of ['ironi', 'Ufint', 'Naboen min']) expect(kept!.all).not.toContain(words);
    expect(await at.sql('select from public.flags where thing_id = $1', [id])).toEqual([]);
  });

  test('leaves the same for flags and an appeal that were answered long ago', async () => {
    const [one, two] = [await they.make.comment(), await they.make.comment()];
    await they.flag(drobak.neighbour, 'comment', one);
    await they.judge(desk, 'comment', one, 'dismiss');
    await they.judge(desk, 'comment', two, 'hide');
    await they.appeal(they.author, 'comment', two);
    await they.judge(desk, 'comment', two, 'restore');
    for (const id of [one, two]) expect(await takeBack(id)).toBe(true);
    expect((await left(one)).map(({ details }) => details)).toEqual([{ flags: 1, is_appealed: false, is_waiting: false }]); // prettier-ignore
    expect((await left(two)).map(({ details }) => details)).toEqual([{ flags: 0, is_appealed: true, is_waiting: false }]); // prettier-ignore
  });

  test('leaves nothing when nobody had flagged it, or when it is not withdrawn', async () => {
    const id = await they.make.comment();
    await they.flag(drobak.neighbour, 'comment', id);
    const { data } = await (
      await at.as(drobak.household)
    ).rpc('take_back_comment', { comment_id: id });
    expect(data).toBe(false);
    expect(await they.rowOf('comment', id)).toBeDefined();
    const plain = await they.make.comment();
    expect(await takeBack(plain)).toBe(true);
    expect([...(await left(id)), ...(await left(plain))]).toEqual([]);
  });

  test('while somebody flags it: the flag is counted in the trail, or there was nothing to flag', async () => {
    const id = await they.make.comment();
    const [answer, isGone] = await Promise.all([
      they.flag(drobak.neighbour, 'comment', id),
      takeBack(id),
    ]);
    expect(isGone).toBe(true);
    expect((await left(id)).length).toBe(answer === 'flagged' ? 1 : 0);
  });

  test('leaves a line that the consultant and the author can read', async () => {
    const id = await they.make.comment();
    await they.flag(drobak.neighbour, 'comment', id);
    await takeBack(id);
    const filter = { act: 'take_back', subject: 'comment' } as const;
    const { entries } = await listActs(await at.as(desk), BLOCK, filter, 0);
    expect(entries.find(({ subjectId }) => subjectId === id)).toMatchObject({
      actor: null,
      role: null,
      subject: null,
      shape: 'taken_back',
      details: { flags: 1, is_appealed: false, is_waiting: true },
      reason: null,
    });
  });
});

describe('the audit trail', () => {
  test('holds who did what, in which role and why', async () => {
    const id = await they.make.proposal();
    await they.judge(desk, 'proposal', id, 'hide', { reason: 'Navn' });
    await they.judge(desk, 'proposal', id, 'restore', { reason: 'Rettet' });
    expect(await trailOf(id)).toEqual([
      { act: 'approve', actor_role: 'consultant', reason: 'Svar' },
      { act: 'hide', actor_role: 'consultant', reason: 'Navn' },
      { act: 'restore', actor_role: 'consultant', reason: 'Rettet' },
    ]);
    const named = async (who: Email) =>
      (
        await (
          await at.as(who)
        )
          .from('audit_entries')
          .select('actor_name')
          .eq('subject_id', id)
          .limit(1)
      ).data;
    for (const who of [desk, admin])
      expect(await named(who), who).toEqual([{ actor_name: 'Bomiljøkonsulenten' }]);
  });

  test('is read only by the consultant of the building and the admin; without a building by the admin', async () => {
    await at.sql(
      `insert into public.audit_entries (act, subject, shape, subject_id) values ('end_membership', 'membership', 'none', gen_random_uuid())`,
    );
    const count = async (who: Email, inBlock: boolean) => {
      const query = (await at.as(who)).from('audit_entries').select('id');
      return (await (inBlock ? query.eq('block_id', BLOCK) : query.is('block_id', null))).data!
        .length;
    };
    expect(await count(desk, true)).toBeGreaterThan(5);
    expect(await count(admin, true)).toBeGreaterThan(5);
    expect([await count(admin, false), await count(desk, false)]).toEqual([1, 0]);
    for (const who of [drobak.resident, landlord, ...Object.values(stovner)] as Email[])
      expect([await count(who, true), await count(who, false)], who).toEqual([0, 0]);
    for (const db of [at.anonymous(), at.service()])
      expect((await db.from('audit_entries').select('id')).error?.code).toBe('42501');
  });

  test('a made-up line shows no name', async () => {
    const [one] = await at.sql<{ id: string }>('select id from auth.users where email = $1', [
      drobak.neighbour,
    ]);
    const entry = { id: randomUUID(), actor_id: one!.id, block_id: BLOCK } as never;
    const { data } = await (await at.as(desk)).rpc('actor_name', { entry } as never);
    expect(data ?? null).toBeNull();
  });

  test('can not be written, changed or deleted directly, not even by the owner of the database', async () => {
    const before = await at.sql('select * from public.audit_entries order by id');
    const row = { block_id: BLOCK, act: 'add', subject: 'block', shape: 'none', subject_id: randomUUID() } as const; // prettier-ignore
    for (const who of [desk, admin, drobak.resident] as Email[]) {
      const table = (await at.as(who)).from('audit_entries');
      expect((await table.insert(row)).error?.code, who).toBe('42501');
      expect((await table.update({ reason: 'x' }).eq('block_id', BLOCK)).error?.code).toBe('42501');
      expect((await table.delete().eq('block_id', BLOCK)).error?.code, who).toBe('42501');
    }
    for (const change of [
      "update public.audit_entries set reason = 'x'",
      "update public.audit_entries set actor_id = null, act = 'hide'",
      'delete from public.audit_entries',
      'truncate public.audit_entries',
    ])
      await expect(at.sql(change)).rejects.toThrow('only ever added to');
    expect(await at.sql('select * from public.audit_entries order by id')).toEqual(before);
  });

  test('shows me what staff did to my texts, membership, flat, sign-ups and cases, by role', async () => {
    const id = await they.make.comment();
    await they.judge(desk, 'comment', id, 'warn', { reason: 'Vær grei' });
    const about = async (who: Email) => (await (await at.as(who)).rpc('acts_about_me')).data!;
    const mine = await about(they.author);
    expect(mine.find((one) => one.subject_id === id)).toMatchObject({
      act: 'warn',
      subject: 'comment',
      actor_role: 'consultant',
      reason: 'Vær grei',
    });
    expect(mine.map((one) => one.subject)).toContain('report');
    expect(JSON.stringify(mine)).not.toContain('actor_id');
    for (const who of [
      drobak.household,
      drobak.neighbour,
      desk,
      admin,
      stovner.resident,
    ] as Email[])
      expect(
        (await about(who)).filter((one) => one.subject_id === id),
        who,
      ).toEqual([]);
    expect((await at.anonymous().rpc('acts_about_me')).error?.code).toBe('42501');
  });

  test('holds the publishing, declining and cancelling of what residents host', async () => {
    const db = await at.as(desk);
    const id = demoId('drobakgata-1/football');
    expect((await db.rpc('publish_activity', { activity_id: id })).data).toBe('published');
    const cancelled = await db.rpc('cancel_activity', { activity_id: id, reason: 'Regn' });
    expect(cancelled.data).toBe('cancelled');
    expect(await trailOf(id)).toEqual([
      { act: 'publish', actor_role: 'consultant', reason: null },
      { act: 'cancel', actor_role: 'consultant', reason: 'Regn' },
    ]);
  });

  test('keeps the act when the account of the actor is deleted', async () => {
    const acts =
      'select id, act, actor_role from public.audit_entries where block_id = $1 order by id';
    const stovnerBlock = demoId('stovner-senter');
    const before = await at.sql(acts, [stovnerBlock]);
    await at.sql('delete from auth.users where email = $1', [stovner.consultant]);
    expect(before.length).toBeGreaterThan(3);
    expect(await at.sql(acts, [stovnerBlock])).toEqual(before);
    const left = 'select from public.audit_entries where block_id = $1 and actor_id is not null';
    expect(await at.sql(left, [stovnerBlock])).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import type { Database } from '../../src/lib/database.types.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { hold, isWaiting } from '../support/held.ts';
import { KINDS, moderated, toldReasons, type Kind } from '../support/moderation.ts';
import { BLOCK, OUTSIDERS, personOf } from '../support/proposals.ts';
import { openVote } from '../support/polls.ts';

let at: TestDb;
let they: Awaited<ReturnType<typeof moderated>>;
beforeAll(async () => {
  at = await testDatabase();
  they = await moderated(at);
});
beforeEach(() => they.tomorrow());
afterAll(() => at.close());

const { drobak, landlord } = CAST;
const hiddenBy = async (kind: Kind, id: string) => (await they.rowOf(kind, id))['hidden_by'];
const flagsOf = (id: string) =>
  at.sql('select verdict, flat_id from public.flags where thing_id = $1 order by id', [id]);
/** Flags by these people, given by their position in the list. */
const flagAll = async (kind: Kind, id: string, who: number[]) => {
  for (const one of who) await they.flag(they.people[one]!.db, kind, id);
};

describe.each(KINDS)('%s', (kind) => {
  test('is flagged once by each reader, and never by its author or the consultant', async () => {
    const id = await they.make[kind]();
    expect(await they.flag(drobak.resident, kind, id)).toBe('not_found');
    expect(await they.flag(drobak.consultant, kind, id)).toBe('not_found');
    for (const who of kind === 'activity' ? [] : OUTSIDERS)
      expect(await they.flag(who, kind, id), who).toBe('not_found');
    expect(await they.flag(drobak.neighbour, kind, randomUUID())).toBe('not_found');
    expect(await flagsOf(id)).toEqual([]);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => they.flag(drobak.neighbour, kind, id)),
    );
    expect(answers.toSorted()).toEqual([...Array(4).fill('already_flagged'), 'flagged']);
    expect(await flagsOf(id)).toHaveLength(1);
  });

  test('is hidden everywhere by flags from three flats, until the consultant has looked', async () => {
    const id = await they.make[kind]();
    const desk = await at.as(drobak.consultant);
    const waits = async () =>
      ((await desk.rpc('moderation_queue', { block_id: BLOCK })).data ?? []).some(
        (one) => one.id === id,
      );
    expect(await waits()).toBe(false);
    await flagAll(kind, id, [0, 1]);
    expect([await waits(), await they.sees(drobak.neighbour, kind, id)]).toEqual([true, true]);
    await flagAll(kind, id, [2]);
    expect(await hiddenBy(kind, id)).toBe('flags');
    for (const who of [drobak.neighbour, they.people[0]!.db, landlord, null])
      expect(await they.sees(who, kind, id)).toBe(false);
    for (const who of [drobak.resident, drobak.consultant])
      expect(await they.sees(who, kind, id), who).toBe(true);
    const neighbour = await at.as(drobak.neighbour);
    expect((await neighbour.from('things').select('id').eq('id', id)).data).toEqual([]);
    expect(await they.flag(drobak.neighbour, kind, id)).toBe('not_found');
    expect(await they.judge(drobak.consultant, kind, id, 'restore')).toBe('done');
    expect(await they.sees(drobak.neighbour, kind, id)).toBe(true);
    expect(await waits()).toBe(false);
  });
});

describe('three flats', () => {
  test('are counted as flats, not people: three of one household are one', async () => {
    const id = await they.make.comment();
    const [flat] = await at.sql<{ flat_id: string }>(
      'select flat_id from public.memberships where person_id = $1',
      [they.people[0]!.id],
    );
    for (const email of ['a', 'b'])
      await at.sql(
        `with u as (insert into auth.users (id, aud, role, email) values ($1, 'authenticated', 'authenticated', $3) returning id),
          p as (insert into public.people (id, display_name) select id, 'En til' from u returning id),
          m as (insert into public.memberships (person_id, role, block_id, flat_id) select id, 'resident', $4, $2 from p)
        insert into public.flags (block_id, comment_id, reason, flagged_by, flat_id) select $4, $5, 'x', id, $2 from p`,
        [randomUUID(), flat!.flat_id, `${email}${id}@en.example`, BLOCK, id],
      );
    await flagAll('comment', id, [0, 1]);
    expect(await hiddenBy('comment', id)).toBeNull();
    await flagAll('comment', id, [2]);
    expect(await hiddenBy('comment', id)).toBe('flags');
  });

  test('flags of Boligbygg, partners and readers from elsewhere wait in the queue, and hide nothing', async () => {
    const [proposal, activity] = [await they.make.proposal(), await they.make.activity()];
    expect(await they.flag(landlord, 'proposal', proposal)).toBe('flagged');
    await flagAll('proposal', proposal, [0, 1]);
    expect(await hiddenBy('proposal', proposal)).toBeNull();
    for (const who of [CAST.stovner.resident, CAST.stovner.neighbour, CAST.stovner.partner])
      expect(await they.flag(who, 'activity', activity), who).toBe('flagged');
    expect(await hiddenBy('activity', activity)).toBeNull();
    expect(await flagsOf(activity)).toEqual(Array(3).fill({ verdict: null, flat_id: null }));
  });

  test('an activity of the consultant, and a message from the office, cannot be flagged', async () => {
    const id = await they.make.message();
    const [{ activity_id: activity }] = (await at.sql(
      'select activity_id from public.activity_messages where id = $1',
      [id],
    )) as [{ activity_id: string }];
    const desk = await at.as(drobak.consultant);
    const message = randomUUID();
    const sent = { activity_id: activity, message_id: message, body: 'Fra kontoret.' };
    expect((await desk.rpc('send_activity_message', sent)).data).toBe('sent');
    expect(await they.flag(drobak.neighbour, 'message', message)).toBe('not_found');
    await at.sql('delete from public.activity_hosts where activity_id = $1', [activity]);
    // As if no resident had ever hosted it.
    await at.sql('update public.activities set was_hosted = false where id = $1', [activity]);
    expect(await they.flag(drobak.neighbour, 'activity', activity)).toBe('not_found');
  });

  test('at the same instant hide it once, with one line in the trail that names nobody', async () => {
    for (const kind of ['comment', 'proposal', 'message'] as const) {
      const id = await they.make[kind]();
      const answers = await Promise.all(
        they.people.slice(0, 5).map(({ db }) => they.flag(db, kind, id)),
      );
      expect(answers.filter((answer) => answer === 'flagged')).toHaveLength(3);
      expect(answers.filter((answer) => answer === 'not_found')).toHaveLength(2);
      expect(await hiddenBy(kind, id)).toBe('flags');
      expect(
        await at.sql(
          'select act, actor_id, actor_role, reason from public.audit_entries where subject_id = $1 and act::text like $2',
          [id, 'hide%'],
        ),
      ).toEqual([{ act: 'hide_by_flags', actor_id: null, actor_role: null, reason: null }]);
    }
  });

  test('notify the author, in neutral words, without saying who flagged it', async () => {
    const id = await they.make.question();
    const mine = await at.as(drobak.resident);
    const before = (await toldReasons(mine, 'account_moderated')).length;
    await flagAll('question', id, [0, 1, 2]);
    expect((await toldReasons(mine, 'account_moderated')).slice(before)).toEqual([null]);
    expect((await mine.from('flags').select('id').eq('thing_id', id)).data).toEqual([]);
  });

  test('must be three others after "let it stand": the same flats and people only wait again', async () => {
    const id = await they.make.comment();
    await flagAll('comment', id, [0, 1]);
    expect(await they.judge(drobak.consultant, 'comment', id, 'dismiss')).toBe('done');
    await flagAll('comment', id, [0, 1, 2, 3]);
    expect(await hiddenBy('comment', id)).toBeNull();
    expect((await flagsOf(id)).filter(({ verdict }) => verdict === null)).toHaveLength(4);
    await flagAll('comment', id, [4]);
    expect(await hiddenBy('comment', id)).toBe('flags');
    expect(await they.judge(drobak.consultant, 'comment', id, 'restore')).toBe('done');
    await flagAll('comment', id, [0, 1, 2, 3, 4, 5]);
    expect(await hiddenBy('comment', id)).toBeNull();
  });

  test('and the consultant at once: one waits for the other, and the last decision stands', async () => {
    const id = await they.make.comment();
    await flagAll('comment', id, [0, 1]);
    const desk = await personOf(at, drobak.consultant);
    const held = await hold(
      at,
      desk,
      `public.moderate('comment', $1::uuid, 'dismiss', 'Det kan stå')`,
      [id],
    );
    const late = they.flag(they.people[2]!.db, 'comment', id);
    expect(await isWaiting(late)).toBe(true);
    await held.commit();
    expect(await late).toBe('flagged');
    expect(await hiddenBy('comment', id)).toBeNull();

    await flagAll('comment', id, [3, 4]);
    expect(await hiddenBy('comment', id)).toBe('flags');
    const both = await Promise.all([
      they.flag(they.people[5]!.db, 'comment', id),
      they.judge(drobak.consultant, 'comment', id, 'restore'),
    ]);
    expect(both[1]).toBe('done');
    expect(await hiddenBy('comment', id)).toBeNull();
  });

  test('do not hide what is in an open poll: those flags wait', async () => {
    const id = await they.make.proposal();
    await openVote(at, {
      options: [{ title: 'Krakker', proposal_id: id }, { title: 'Ingenting' }],
    });
    await flagAll('proposal', id, [0, 1, 2, 3]);
    expect(await hiddenBy('proposal', id)).toBeNull();
    const desk = await at.as(drobak.consultant);
    const { data } = await desk.rpc('moderation_queue', { block_id: BLOCK });
    expect(data!.find((one) => one.id === id)).toMatchObject({ is_in_open_vote: true });
    expect(await they.judge(drobak.consultant, 'proposal', id, 'hide')).toBe('done');
    const option = await at.sql('select title from public.poll_options where proposal_id = $1', [
      id,
    ]);
    // The poll has a copy of the text, made when the poll was set up.
    expect(option).toEqual([{ title: 'Flere krakker' }]);
  });

  test('an account that is deleted removes person and flat from its flag, and the flag stays', async () => {
    const id = await they.make.comment();
    const { people } = await moderated(at, 1);
    await they.flag(people[0]!.db, 'comment', id);
    await at.sql('delete from auth.users where id = $1', [people[0]!.id]);
    expect(await flagsOf(id)).toEqual([{ verdict: null, flat_id: null }]);
  });
});

describe('a flag', () => {
  test('has a reason of at most 300 characters, and is limited to twenty a day', async () => {
    const id = await they.make.comment();
    expect(await they.flag(drobak.neighbour, 'comment', id, 'x'.repeat(301))).toBe('23514');
    expect(await they.flag(drobak.neighbour, 'comment', id, ' ')).toBe('23514');
    expect(await flagsOf(id)).toEqual([]);
    expect(await they.flag(drobak.neighbour, 'comment', id, 'x'.repeat(300))).toBe('flagged');
    const me = await personOf(at, drobak.neighbour);
    for (let i = 1; i < 20; i += 1) await at.sql("select private.attempt('flag', $1)", [me]);
    expect(await they.flag(drobak.neighbour, 'comment', await they.make.comment())).toBe(
      'too_many',
    );
    const anonymous = await at.anonymous().rpc('flag_thing', { kind: 'comment', id, reason: 'x' });
    expect(anonymous.error?.code).toBe('42501');
  });

  test('is seen by its sender and the consultant, and tells nobody who sent it or from which flat', async () => {
    const id = await they.make.proposal();
    await they.flag(drobak.neighbour, 'proposal', id);
    const sees = async (who: Email) =>
      (await (await at.as(who)).from('flags').select('id, reason').eq('proposal_id', id)).data!
        .length;
    expect([await sees(drobak.neighbour), await sees(drobak.consultant)]).toEqual([1, 1]);
    for (const who of [drobak.resident, drobak.household, landlord, ...OUTSIDERS] as Email[])
      expect(await sees(who), who).toBe(0);
    for (const who of [drobak.consultant, drobak.neighbour, CAST.admin] as Email[]) {
      const db = await at.as(who);
      for (const part of ['flagged_by', 'flat_id', '*', 'people (id)', 'places (name)'])
        expect((await db.from('flags').select(part)).error?.code, `${who}: ${part}`).toMatch(
          /42501|PGRST/,
        );
      const filtered = await db.from('flags').select('id').not('flagged_by', 'is', null);
      expect(filtered.error?.code).toBe('42501');
      expect((await db.from('people').select('id, flags (id)')).error?.code, who).toBe('42501');
    }
  });

  test('names exactly one thing, of its own building', async () => {
    const [comment, proposal] = [await they.make.comment(), await they.make.proposal()];
    const add = (block: string, ids: [string | null, string | null]) =>
      at.sql(
        "insert into public.flags (block_id, comment_id, proposal_id, reason) values ($1, $2, $3, 'x')",
        [block, ...ids],
      );
    await expect(add(BLOCK, [comment, proposal])).rejects.toThrow('one_thing');
    await expect(add(BLOCK, [null, null])).rejects.toThrow(/one_thing|thing_id/);
    await expect(add(demoId('stovner-senter'), [comment, null])).rejects.toThrow('foreign key');
  });

  test('is written, resolved and deleted only by functions', async () => {
    const id = await they.make.proposal();
    await they.flag(drobak.neighbour, 'proposal', id);
    const before = await at.sql('select * from public.flags order by id');
    type Insert = Database['public']['Tables']['flags']['Insert'];
    const row = { block_id: BLOCK, proposal_id: id, reason: 'x' } as Insert;
    for (const who of [drobak.neighbour, drobak.consultant] as Email[]) {
      const flags = (await at.as(who)).from('flags');
      expect((await flags.insert(row)).error?.code).toBe('42501');
      const update = flags.update({ verdict: 'dismissed' }).eq('proposal_id', id);
      expect((await update).error?.code).toBe('42501');
      expect((await flags.delete().eq('proposal_id', id)).error?.code).toBe('42501');
    }
    expect(await at.sql('select * from public.flags order by id')).toEqual(before);
  });
});

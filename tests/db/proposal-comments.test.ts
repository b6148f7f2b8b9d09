import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { isWaiting } from '../support/held.ts';
import { BLOCK, hide, OUTSIDERS, personOf, propose } from '../support/proposals.ts';
import { describeRights } from '../support/rights.ts';

let at: TestDb;
let shown: string;
beforeAll(async () => {
  at = await testDatabase();
  shown = await propose(at, { approve: true });
});
afterAll(() => at.close());
/** The limit of an hour is tested in one test only. */
afterEach(() => at.sql("delete from private.attempts where kind like 'comment%'"));

const { drobak, landlord } = CAST;
const say = async (
  who: Email,
  more: { id?: string; proposal_id?: string; body?: string; alias?: string } = {},
) => {
  const sent = { id: randomUUID(), proposal_id: shown, body: 'Fint.', ...more };
  const { data, error } = await (await at.as(who)).rpc('comment_proposal', sent);
  return { id: sent.id, answer: error?.code ?? data };
};
const rowOf = async (id: string) =>
  (await at.sql('select * from public.proposal_comments where id = $1', [id]))[0];
const count = async () => (await at.sql('select from public.proposal_comments')).length;
const sees = async (who: Email, id: string) =>
  (await (await at.as(who)).from('proposal_comments').select('id').eq('id', id)).data?.length;
const allow = async (who: Email, allows_comments: boolean) =>
  (await (await at.as(who)).from('blocks').update({ allows_comments }).eq('id', BLOCK).select('id'))
    .data;

describe('a comment', () => {
  test('may not use the name of a neighbour as alias, and nobody finds out by trying who lives here', async () => {
    const tries = async (aliases: string[]) => {
      const answers = [];
      for (const alias of aliases) answers.push((await say(drobak.household, { alias })).answer);
      return answers;
    };
    const [name] = await at.sql<{ display_name: string }>(
      'select p.display_name from people p join auth.users u on u.id = p.id where u.email = $1',
      [drobak.resident],
    );
    expect(await tries([name!.display_name, 'Bomiljøkonsulenten', 'Boligbygg', 'admin', 'nav'])).toEqual(Array(5).fill('alias_taken')); // prettier-ignore
    expect(await tries(['Noe ganske annet'])).toEqual(['alias_taken']);
    await at.sql("delete from private.attempts where kind = 'alias'");
    // These look the same at a glance.
    expect(await tries(['Bоligbygg', 'Ｂｏｌｉｇｂｙｇｇ', 'B0ligbygg', 'Driften'])).toEqual(Array(4).fill('alias_taken')); // prettier-ignore
    expect(await tries(['\u202Eggybgilob'])).toEqual(['23514']);
    await at.sql("delete from private.attempts where kind = 'alias'");
    expect(await tries(['Noe ganske annet'])).toEqual(['commented']);
  });

  test('is read by the building without its author, under the alias that was typed', async () => {
    const { id, answer } = await say(drobak.resident, { alias: ' Kari ' });
    expect(answer).toBe('commented');
    for (const who of [
      drobak.household,
      drobak.neighbour,
      drobak.consultant,
      landlord,
    ] as Email[]) {
      const db = await at.as(who);
      const { data } = await db
        .from('proposal_comments')
        .select('*, proposal_comment_authors (person_id)')
        .eq('id', id);
      expect(data![0], who).toMatchObject({
        alias: 'Kari',
        body: 'Fint.',
        proposal_comment_authors: null,
      });
      expect(JSON.stringify(data)).not.toContain(await personOf(at, drobak.resident));
      const { data: own } = await db.from('proposal_comment_authors').select('person_id');
      const me = await personOf(at, who);
      expect(
        own!.every(({ person_id }) => person_id === me),
        who,
      ).toBe(true);
    }
    for (const who of OUTSIDERS) expect(await sees(who, id), who).toBe(0);
    for (const db of [at.anonymous(), at.service()])
      for (const table of ['proposal_comments', 'proposal_comment_authors'] as const)
        expect((await db.from(table).select('*')).error?.code).toBe('42501');
  });

  test.each([...OUTSIDERS, drobak.consultant, landlord] as Email[])(
    '%s does not live here and writes none',
    async (who) => {
      const before = await count();
      expect((await say(who)).answer).toBe('not_allowed');
      expect(await count()).toBe(before);
    },
  );

  test('can not be written on what neighbours cannot see', async () => {
    const hidden = await propose(at, { approve: true });
    await hide(at, hidden);
    const before = await count();
    for (const proposal_id of [await propose(at), hidden, demoId('drobakgata-1/proposal/seats')])
      expect((await say(drobak.neighbour, { proposal_id })).answer).toBe('not_open');
    expect((await say(drobak.neighbour, { proposal_id: randomUUID() })).answer).toBe('not_allowed');
    expect(await count()).toBe(before);
  });

  test('is hidden with its proposal', async () => {
    const id = await propose(at, { approve: true });
    const comment = await say(drobak.household, { proposal_id: id });
    await hide(at, id);
    expect(await sees(drobak.neighbour, comment.id)).toBe(0);
    expect(await sees(drobak.consultant, comment.id)).toBe(1);
  });

  test('sent twice, and at once, is one; a key of another person is refused', async () => {
    const id = randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => say(drobak.resident, { id })));
    expect(answers.map(({ answer }) => answer)).toEqual(Array(3).fill('commented'));
    expect((await say(drobak.neighbour, { id, body: 'Mitt' })).answer).toBe('not_allowed');
    expect(await rowOf(id)).toMatchObject({ body: 'Fint.' });
    const authors = await at.sql(
      'select from public.proposal_comment_authors where comment_id = $1',
      [id],
    );
    expect(authors).toHaveLength(1);
  });

  test('has limits of length', async () => {
    const answer = async (more: object) => (await say(drobak.resident, more)).answer;
    expect(await answer({ body: 'x'.repeat(1000), alias: 'y'.repeat(40) })).toBe('commented');
    for (const wrong of [
      { body: 'x'.repeat(1001) },
      { body: ' ' },
      { alias: 'y'.repeat(41) },
      { alias: 'a\nb' },
    ])
      expect(await answer(wrong), JSON.stringify(wrong)).toBe('23514');
  });

  test('twelve at once of one person are ten', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => say(drobak.neighbour)));
    expect(answers.filter(({ answer }) => answer === 'commented')).toHaveLength(10);
    expect(answers.filter(({ answer }) => answer === 'too_many')).toHaveLength(2);
  });

  test('is withdrawn only by its author, also when it is hidden', async () => {
    const { id } = await say(drobak.resident);
    const takeBack = async (who: Email) =>
      (await (await at.as(who)).rpc('take_back_comment', { comment_id: id })).data;
    for (const who of [drobak.household, drobak.consultant, landlord, ...OUTSIDERS] as Email[])
      expect(await takeBack(who), who).toBe(false);
    expect(await rowOf(id)).toBeDefined();
    await (
      await at.as(drobak.consultant)
    ).rpc('moderate', { kind: 'comment', id, act: 'hide', reason: 'Nei' });
    expect(await takeBack(drobak.resident)).toBe(true);
    expect(await takeBack(drobak.resident)).toBe(false);
    expect(await rowOf(id)).toBeUndefined();
  });
});

describe('comments switched off', () => {
  test('by the consultant or the admin, and nobody else', async () => {
    for (const who of [drobak.resident, landlord, CAST.stovner.consultant] as Email[])
      expect(await allow(who, false), who).toEqual([]);
    expect(
      await at.sql('select allows_comments from public.blocks where id = $1', [BLOCK]),
    ).toEqual([{ allows_comments: true }]);
  });

  test('nothing is written any more, existing comments stay, and switched on it continues', async () => {
    const { id } = await say(drobak.resident);
    expect(await allow(drobak.consultant, false)).toHaveLength(1);
    const before = await count();
    expect((await say(drobak.neighbour)).answer).toBe('comments_off');
    expect(await count()).toBe(before);
    expect(await sees(drobak.neighbour, id)).toBe(1);
    await allow(drobak.consultant, true);
    expect((await say(drobak.neighbour)).answer).toBe('commented');
  });

  test('at the same moment: the comment waits for the switch and is refused', async () => {
    const before = await count();
    const done = at.sql(
      `with off as (update public.blocks set allows_comments = false where id = $1 returning 1)
       select pg_sleep(0.8) from off`,
      [BLOCK],
    );
    await new Promise((later) => setTimeout(later, 200));
    const late = say(drobak.neighbour).then(({ answer }) => answer);
    expect(await isWaiting(late)).toBe(true);
    await done;
    expect(await late).toBe('comments_off');
    expect(await count()).toBe(before);
    await allow(drobak.consultant, true);
  });
});

describe('flagging a comment', () => {
  const flag = async (who: Email, comment_id: string, reason = 'Ufint') => {
    const { data, error } = await (
      await at.as(who)
    ).rpc('flag_thing', {
      kind: 'comment',
      id: comment_id,
      reason,
    });
    return error?.code ?? data;
  };
  const judge = async (
    who: Email,
    comment_id: string,
    act: 'hide' | 'dismiss' | 'restore',
    reason = 'Fordi',
  ) =>
    (await (await at.as(who)).rpc('moderate', { kind: 'comment', id: comment_id, act, reason }))
      .data;
  const flags = (id: string) =>
    at.sql('select verdict from public.flags where comment_id = $1', [id]);

  test('when it is hidden, its author reads why and the neighbours read nothing; when shown again, they read it', async () => {
    const { id } = await say(drobak.resident);
    await flag(drobak.neighbour, id);
    expect(await judge(drobak.consultant, id, 'hide', ' ')).toBe('reason_missing');
    expect(await judge(drobak.consultant, id, 'hide', 'Peker på en nabo')).toBe('done');
    expect(await flags(id)).toEqual([{ verdict: 'hidden' }]);
    expect([await sees(drobak.neighbour, id), await sees(landlord, id)]).toEqual([0, 0]);
    const { data } = await (
      await at.as(drobak.resident)
    )
      .from('proposal_comments')
      .select('hidden_reason')
      .eq('id', id);
    expect(data).toEqual([{ hidden_reason: 'Peker på en nabo' }]);
    expect(await judge(drobak.consultant, id, 'hide')).toBe('nothing_to_do');
    expect(await judge(drobak.consultant, id, 'restore')).toBe('done');
    expect(await judge(drobak.consultant, id, 'dismiss')).toBe('nothing_to_do');
    expect(await sees(drobak.neighbour, id)).toBe(1);
    const acts = await at.sql(
      'select act, reason from public.audit_entries where subject_id = $1 order by acted_at',
      [id],
    );
    expect(acts).toEqual([
      { act: 'hide', reason: 'Peker på en nabo' },
      { act: 'restore', reason: 'Fordi' },
    ]);
  });

  test.each([drobak.resident, drobak.neighbour, landlord, ...OUTSIDERS] as Email[])(
    '%s can not decide about it',
    async (who) => {
      const { id } = await say(drobak.household);
      expect(await judge(who, id, 'hide')).toBe('not_found');
      expect(await rowOf(id)).toMatchObject({ hidden_at: null });
    },
  );
});

const insiders = ['resident', 'same flat', 'neighbour', 'consultant here', 'landlord'] as const;
describeRights(() => at, {
  table: 'proposal_comments',
  make: async () => (await say(drobak.resident)).id,
  insert: () => ({ id: randomUUID(), proposal_id: shown, block_id: BLOCK, body: 'Utenom' }),
  change: () => ({ body: 'Endret' }),
  may: { select: insiders, insert: [], update: [], delete: [] },
});
describeRights(() => at, {
  table: 'proposal_comment_authors',
  key: 'comment_id',
  make: async () => (await say(drobak.resident)).id,
  insert: () => ({ comment_id: randomUUID(), person_id: randomUUID() }),
  change: () => ({ person_id: randomUUID() }),
  may: { select: ['resident'], insert: [], update: [], delete: [] },
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { runOut } from '../support/polls.ts';
import { describeRights } from '../support/rights.ts';

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at?.close());
beforeEach(async () => {
  await at.sql(`delete from private.attempts where kind = 'poll_question'`);
});

const { drobak, stovner, landlord, admin } = CAST;
const block = demoId('drobakgata-1');

/** A poll between two options, in the wanted state. */
async function vote(state: 'draft' | 'planned' | 'open' = 'planned') {
  const id = randomUUID();
  const desk = await at.as(drobak.consultant);
  const { error } = await desk.rpc('save_poll', {
    id,
    block_id: block,
    title: 'Hva kjøper vi?',
    decides: 'Dere velger.',
    afterwards: 'Vi bestiller.',
    kind: 'single',
    winner_count: 1,
    rule: 'per_flat',
    closes_at: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    options: [{ title: 'Grill' }, { title: 'Hengekøye' }],
  });
  expect(error).toBeNull();
  if (state !== 'draft') await desk.rpc('plan_poll', { poll_id: id });
  if (state === 'open') expect((await desk.rpc('open_poll', { poll_id: id })).data).toBe('opened');
  return id;
}
async function ask(who: Email, pollId: string, more: { id?: string; body?: string } = {}) {
  const sent = { id: randomUUID(), body: 'Hvem skal vanne?', ...more };
  const { data, error } = await (
    await at.as(who)
  ).rpc('ask_poll_question', {
    ...sent,
    poll_id: pollId,
  });
  return { id: sent.id, outcome: data, code: error?.code };
}
const asked = async (pollId?: string) => (await ask(drobak.resident, pollId ?? (await vote()))).id;
const answer = async (who: Email, id: string, text = 'Vi gjør det sammen.', before?: string) =>
  (
    await (
      await at.as(who)
    ).rpc('answer_poll_question', {
      question_id: id,
      answer: text,
      ...(before && { answered_at: before }),
    })
  ).data;
const hide = async (who: Email, id: string, reason = 'Navngir en nabo') =>
  (await (await at.as(who)).rpc('moderate', { kind: 'question', id, act: 'hide', reason })).data;
const rowOf = async (id: string) =>
  (await at.sql('select * from public.poll_questions where id = $1', [id]))[0];
const sees = async (who: Email | null, id: string) => {
  const db = who ? await at.as(who) : at.anonymous();
  return ((await db.from('poll_questions').select('id').eq('id', id)).data ?? []).length;
};
const inHouse = [drobak.household, drobak.neighbour, landlord] as const;
const elsewhere = [...Object.values(stovner), admin] as Email[];

describe('asking', () => {
  test.each(['planned', 'open'] as const)(
    'is for residents while the poll is %s',
    async (state) => {
      const poll = await vote(state);
      const { id, outcome } = await ask(drobak.resident, poll);
      expect(outcome).toBe('asked');
      expect(await rowOf(id)).toMatchObject({ poll_id: poll, block_id: block, answer: null });
      for (const who of [drobak.consultant, landlord, ...elsewhere]) {
        const refused = await ask(who, poll);
        expect(refused.outcome, who).toBe('not_allowed');
        expect(await rowOf(refused.id)).toBeUndefined();
      }
    },
  );

  test('is refused for a draft, and once the poll is over or stopped', async () => {
    const draft = await ask(drobak.resident, await vote('draft'));
    expect(draft.outcome).toBe('not_allowed');
    const over = await vote('open');
    await runOut(at, over);
    expect((await ask(drobak.resident, over)).outcome).toBe('not_open');
    const stopped = await vote();
    const desk = await at.as(drobak.consultant);
    await desk.rpc('stop_poll', { poll_id: stopped, reason: 'Feil pris' });
    const late = await ask(drobak.resident, stopped);
    expect(late.outcome).toBe('not_open');
    expect(await rowOf(late.id)).toBeUndefined();
  });

  test('the same form sent twice, or five times at once, is one question', async () => {
    const poll = await vote();
    const id = randomUUID();
    const all = await Promise.all(
      Array.from({ length: 5 }, () => ask(drobak.resident, poll, { id })),
    );
    expect(all.map(({ outcome }) => outcome)).toEqual(Array(5).fill('asked'));
    expect((await ask(drobak.resident, poll, { id, body: 'Noe annet?' })).outcome).toBe('asked');
    expect(await rowOf(id)).toMatchObject({ body: 'Hvem skal vanne?' });
    // the key of another person's question gives no access
    expect((await ask(drobak.neighbour, poll, { id })).outcome).toBe('not_allowed');
  });

  test('is limited to three waiting questions, also when ten are sent at once; an answer makes room', async () => {
    const poll = await vote();
    const all = await Promise.all(Array.from({ length: 10 }, () => ask(drobak.resident, poll)));
    const outcomes = all.map(({ outcome }) => outcome);
    expect(outcomes.filter((one) => one === 'asked')).toHaveLength(3);
    expect(outcomes.filter((one) => one === 'too_many_waiting')).toHaveLength(7);
    expect((await ask(drobak.household, poll)).outcome).toBe('asked');
    const first = all.find(({ outcome }) => outcome === 'asked')!;
    await answer(drobak.consultant, first.id);
    expect((await ask(drobak.resident, poll)).outcome).toBe('asked');
  });

  test('is limited to ten a day in all polls together', async () => {
    for (let n = 0; n < 10; n++)
      expect((await ask(drobak.neighbour, await vote())).outcome).toBe('asked');
    const poll = await vote();
    const more = await ask(drobak.neighbour, poll);
    expect(more.outcome).toBe('too_many_today');
    expect(await rowOf(more.id)).toBeUndefined();
  });

  test('takes up to 500 characters, and no empty question', async () => {
    const poll = await vote();
    expect((await ask(drobak.resident, poll, { body: 'x'.repeat(500) })).outcome).toBe('asked');
    for (const body of ['x'.repeat(501), '  '])
      expect((await ask(drobak.resident, poll, { body })).code).toBe('23514');
  });
});

describe('who reads', () => {
  test('a waiting question: its author and the consultant', async () => {
    const id = await asked();
    expect(await sees(drobak.resident, id)).toBe(1);
    expect(await sees(drobak.consultant, id)).toBe(1);
    for (const who of [...inHouse, ...elsewhere, null]) expect(await sees(who, id)).toBe(0);
  });

  test('an answered one: everybody in the building, and nobody else', async () => {
    const id = await asked();
    expect(await answer(drobak.consultant, id)).toBe('answered');
    for (const who of [drobak.resident, drobak.consultant, ...inHouse])
      expect(await sees(who, id)).toBe(1);
    for (const who of [...elsewhere, null]) expect(await sees(who, id)).toBe(0);
  });

  test('a hidden one: its author, with the reason, and the consultant', async () => {
    const id = await asked();
    await answer(drobak.consultant, id);
    expect(await hide(drobak.consultant, id)).toBe('done');
    for (const who of [...inHouse, ...elsewhere, null]) expect(await sees(who, id)).toBe(0);
    const own = await at.as(drobak.resident);
    const { data } = await own.from('poll_questions').select('hidden_reason').eq('id', id);
    expect(data).toEqual([{ hidden_reason: 'Navngir en nabo' }]);
  });

  test('the author’s name: only the author, not the staff or the flat', async () => {
    const id = await asked();
    for (const who of [drobak.consultant, drobak.household, landlord, admin, stovner.resident]) {
      const db = await at.as(who);
      const direct = await db.from('poll_question_authors').select('*').eq('question_id', id);
      expect(direct.data, who).toEqual([]);
      const through = await db
        .from('poll_questions')
        .select('poll_question_authors (*)')
        .eq('id', id);
      for (const row of through.data ?? []) expect(row.poll_question_authors).toBeNull();
    }
    const own = await at.as(drobak.resident);
    const { data } = await own
      .from('poll_question_authors')
      .select('question_id')
      .eq('question_id', id);
    expect(data).toHaveLength(1);
    // nothing in the audit trail reveals the author either
    const trail = await at.sql('select * from public.audit_entries where subject_id = $1', [id]);
    expect(trail).toEqual([]);
  });
});

describe('answering and hiding', () => {
  test('is for the consultant of the building, and refused to everybody else without a change', async () => {
    const id = await asked();
    const before = await rowOf(id);
    for (const who of [drobak.resident, drobak.neighbour, landlord, ...elsewhere]) {
      expect(await answer(who, id), who).toBe('not_found');
      expect(await hide(who, id), who).toBe('not_found');
    }
    expect(await rowOf(id)).toEqual(before);
    expect(await answer(drobak.consultant, randomUUID())).toBe('not_found');
  });

  test('notifies the author of an answer, once, and nobody else; nobody sees whom', async () => {
    const id = await asked();
    const { poll_id } = (await rowOf(id)) as { poll_id: string };
    await answer(drobak.consultant, id, 'Fredag.');
    const told = () =>
      at.sql(
        `select u.email, n.kind, n.poll_id, n.block_id from public.notifications n join auth.users u on u.id = n.person_id
         where n.kind = 'poll_answer' and n.subject = $1`,
        [id],
      );
    const one = [{ email: drobak.resident, kind: 'poll_answer', poll_id, block_id: block }];
    expect(await told()).toEqual(one);
    const desk = await at.as(drobak.consultant);
    const seen = await desk.from('poll_questions').select('answered_at').eq('id', id).single();
    expect(await answer(drobak.consultant, id, 'Lørdag.', seen.data!.answered_at!)).toBe(
      'answered',
    );
    expect(await told()).toEqual(one);
    for (const who of [drobak.consultant, drobak.neighbour, landlord]) {
      const { data } = await (
        await at.as(who)
      )
        .from('notifications')
        .select('id')
        .eq('subject', id);
      expect([who, data]).toEqual([who, []]);
    }
  });

  test('two answers at once: one is stored, the other is refused; the same one twice is one', async () => {
    const id = await asked();
    const outcomes = await Promise.all(
      ['Ja.', 'Nei.'].map((text) => answer(drobak.consultant, id, text)),
    );
    expect(outcomes.toSorted()).toEqual(['already_answered', 'answered']);
    const { answer: stands } = (await rowOf(id)) as { answer: string };
    expect(await answer(drobak.consultant, id, stands)).toBe('answered');
    const trail = await at.sql(
      'select act, reason from public.audit_entries where subject_id = $1',
      [id],
    );
    expect(trail).toEqual([{ act: 'answer', reason: stands }]);
  });

  test('corrects an answer based on its current version, every version in the audit trail', async () => {
    const id = await asked();
    await answer(drobak.consultant, id, 'Fredag.');
    const desk = await at.as(drobak.consultant);
    const seen = await desk.from('poll_questions').select('answered_at').eq('id', id).single();
    const when = seen.data!.answered_at!;
    expect(await answer(drobak.consultant, id, 'Lørdag.', when)).toBe('answered');
    expect(await answer(drobak.consultant, id, 'Søndag.', when)).toBe('already_answered');
    expect(await rowOf(id)).toMatchObject({ answer: 'Lørdag.' });
    const trail = await at.sql<{ reason: string }>(
      'select reason from public.audit_entries where subject_id = $1 order by acted_at',
      [id],
    );
    expect(trail.map(({ reason }) => reason)).toEqual(['Fredag.', 'Lørdag.']);
  });

  test('requires a text or a reason; a hidden question is not answered, and is hidden once', async () => {
    const id = await asked();
    expect(await answer(drobak.consultant, id, '  ')).toBe('answer_missing');
    expect(await hide(drobak.consultant, id, ' ')).toBe('reason_missing');
    expect(await hide(drobak.consultant, id)).toBe('done');
    expect(await hide(drobak.consultant, id, 'Noe annet')).toBe('nothing_to_do');
    expect(await answer(drobak.consultant, id)).toBe('hidden');
    expect(await rowOf(id)).toMatchObject({ answer: null, hidden_reason: 'Navngir en nabo' });
  });
});

describeRights(() => at, {
  table: 'poll_questions',
  row: 'answered',
  make: async () => {
    await at.sql(`delete from private.attempts where kind = 'poll_question'`);
    const id = await asked();
    await answer(drobak.consultant, id);
    return id;
  },
  insert: () => ({ id: randomUUID(), poll_id: randomUUID(), block_id: block, body: 'Hei?' }),
  change: () => ({ body: 'Noe annet' }),
  may: {
    select: ['resident', 'same flat', 'neighbour', 'consultant here', 'landlord'],
    insert: [],
    update: [],
    delete: [],
  },
});

describeRights(() => at, {
  table: 'poll_question_authors',
  key: 'question_id',
  make: async () => {
    await at.sql(`delete from private.attempts where kind = 'poll_question'`);
    return asked();
  },
  insert: () => ({ question_id: randomUUID(), person_id: randomUUID() }),
  change: () => ({ person_id: randomUUID() }),
  may: { select: ['resident'], insert: [], update: [], delete: [] },
});

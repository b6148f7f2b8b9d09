import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { crowd } from '../support/crowd.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { runFigureJobs } from '../support/figures.ts';
import { hold, isWaiting } from '../support/held.ts';
import { BLOCK, OTHER_BLOCK } from '../support/reports.ts';
import { clientOf, fingerprint } from '../support/rights.ts';

/** The pulse: one answer per person and month, which nobody can link to a person, shown only when there are enough. */

let db: TestDb;
let person: Db;
let people: Awaited<ReturnType<typeof crowd>>;
beforeAll(async () => {
  db = await testDatabase();
  people = await crowd(db, 14);
  person = people[0]!.db;
});
afterAll(() => db?.close());
beforeEach(async () => {
  await db.sql('truncate private.pulse_months, private.pulse_marks');
  await db.sql('update public.blocks set asks_pulse = id = $1', [BLOCK]);
});

type Answer = 'good' | 'ok' | 'bad';
const answer = async (who: Db, word: Answer = 'good', block_id = BLOCK) =>
  (await who.rpc('answer_pulse', { block_id, answer: word })).data;
const state = async (who: Db) => (await who.rpc('pulse_state', { block_id: BLOCK })).data;
const stored = () =>
  db.sql<{ good: number; ok: number; bad: number; marks: number }>(
    `select p.good, p.ok, p.bad, (select count(*)::int from private.pulse_marks k where k.block_id = p.block_id and k.month = p.month) as marks
     from private.pulse_months p order by p.month`,
  );

describe('an answer', () => {
  test('counts once: a second one, even a different one, changes nothing', async () => {
    expect(await state(person)).toBe('ask');
    expect(await answer(person, 'good')).toBe('thanks');
    expect(await state(person)).toBe('answered');
    expect(await answer(person, 'bad')).toBe('answered_already');
    expect(await stored()).toEqual([{ good: 1, ok: 0, bad: 0, marks: 1 }]);
  });

  test('from two phones at once counts once', async () => {
    const first = await hold(db, people[0]!.id, 'public.answer_pulse($1, $2)', [BLOCK, 'good']);
    const second = answer(person, 'ok');
    expect(await isWaiting(second)).toBe(true);
    await first.commit();
    expect(await second).toBe('answered_already');
    expect(await stored()).toEqual([{ good: 1, ok: 0, bad: 0, marks: 1 }]);
  });

  test('from fourteen people at once is fourteen answers', async () => {
    const words: Answer[] = ['good', 'ok', 'bad'];
    const outcomes = await Promise.all(people.map((one, i) => answer(one.db, words[i % 3])));
    expect(new Set(outcomes)).toEqual(new Set(['thanks']));
    expect(await stored()).toEqual([{ good: 5, ok: 5, bad: 4, marks: 14 }]);
  });

  test.each(['anonymous', 'consultant here', 'resident elsewhere', 'landlord', 'admin'] as const)(
    'is not accepted from: %s',
    async (who) => {
      const before = await fingerprint(db, 'private.pulse_months');
      const { data, error } = await (
        await clientOf(db, who)
      ).rpc('answer_pulse', { block_id: BLOCK, answer: 'bad' });
      expect(error ? error.code : data).toBe(who === 'anonymous' ? '42501' : 'not_asked');
      expect(await fingerprint(db, 'private.pulse_months')).toBe(before);
    },
  );

  test('is not accepted in another building, nor where the question is off', async () => {
    await db.sql('update public.blocks set asks_pulse = true where id = $1', [OTHER_BLOCK]);
    expect(await answer(person, 'good', OTHER_BLOCK)).toBe('not_asked');
    await db.sql('update public.blocks set asks_pulse = false');
    expect(await answer(person)).toBe('not_asked');
    expect(await state(person)).toBe('not_asked');
    expect(await stored()).toEqual([]);
  });

  test('is not accepted from a person who has moved out or is locked out', async () => {
    const [gone, locked] = await crowd(db, 2);
    await db.sql('update public.memberships set ended_at = now() where person_id = $1', [gone!.id]);
    await db.sql(
      'update public.memberships set ended_at = now(), blocked_at = now() where person_id = $1',
      [locked!.id],
    );
    expect([await answer(gone!.db), await answer(locked!.db)]).toEqual(['not_asked', 'not_asked']);
    expect(await stored()).toEqual([]);
  });
});

describe('whether the question is asked', () => {
  const change = async (who: SupabaseClient) =>
    (await who.from('blocks').update({ asks_pulse: false }).eq('id', BLOCK).select('id')).data;

  test('is decided by the consultant here and the admin', async () => {
    for (const who of ['resident', 'consultant elsewhere', 'landlord'] as const) {
      expect((await change(await clientOf(db, who))) ?? []).toEqual([]);
      expect(await state(person)).toBe('ask');
    }
    expect(await change(await clientOf(db, 'consultant here'))).toHaveLength(1);
    expect(await state(person)).toBe('not_asked');
  });

  test('is no by default', async () => {
    const [row] = await db.sql<{ asks_pulse: boolean }>(
      `insert into public.blocks (slug, name, address, district) values ('ny-gard', 'Ny', 'Gata 1', 'Bydel') returning asks_pulse`,
    );
    expect(row!.asks_pulse).toBe(false);
  });
});

describe('what is stored', () => {
  test('contains no person, and no row with the answer of one person', async () => {
    for (const one of people.slice(0, 6)) await answer(one.db, 'bad');
    const everything = (
      await Promise.all(
        ['private.pulse_months', 'private.pulse_marks'].map((table) => fingerprint(db, table)),
      )
    ).join();
    for (const { id } of people) {
      expect(everything).not.toContain(id);
      expect(everything).not.toContain(id.replaceAll('-', ''));
    }
    const columns = await db.sql<{ name: string }>(
      `select column_name::text as name from information_schema.columns where table_schema = 'private' and table_name = 'pulse_marks' order by 1`,
    );
    expect(columns.map(({ name }) => name)).toEqual(['block_id', 'mark', 'month']);
  });

  test('can not be linked after the night: one transaction wrote all rows, in fresh files, in another order', async () => {
    for (const one of people) await answer(one.db, 'good');
    const look = async () => {
      const [row] = await db.sql<{ files: string; writers: string[]; marks: string[] }>(
        `select pg_relation_filenode('private.pulse_months') || ' ' || pg_relation_filenode('private.pulse_marks') as files,
           (select array_agg(distinct x) from (select xmin::text as x from private.pulse_marks union all select xmin::text from private.pulse_months) w) as writers,
           (select array_agg(encode(mark, 'hex') order by ctid) from private.pulse_marks) as marks`,
      );
      return row!;
    };
    const before = await look();
    expect(before.writers.length).toBe(people.length);
    await db.sql('update private.pulse_rewrites set rewritten_on = rewritten_on - 1000');
    expect(await runFigureJobs(db)).toMatchObject({ pulse_rewritten: true });
    const after = await look();
    expect(after.writers).toHaveLength(1);
    expect(after.files).not.toBe(before.files);
    expect(after.marks).not.toEqual(before.marks);
    expect(after.marks.toSorted()).toEqual(before.marks.toSorted());
    expect(await stored()).toEqual([{ good: 14, ok: 0, bad: 0, marks: 14 }]);
    expect(await answer(person)).toBe('answered_already');
    expect(await runFigureJobs(db)).toMatchObject({ pulse_rewritten: false });
  });

  test('is only numbers once the month is over: hashes and salt are deleted', async () => {
    await answer(person, 'ok');
    await db.sql(`update private.pulse_months set month = month - interval '1 month'`);
    await db.sql(`update private.pulse_marks set month = month - interval '1 month'`);
    await db.sql('update private.pulse_rewrites set rewritten_on = rewritten_on - 1000');
    await runFigureJobs(db);
    expect(await db.sql('select salt, ok from private.pulse_months')).toEqual([
      { salt: null, ok: 1 },
    ]);
    expect(await db.sql('select from private.pulse_marks')).toEqual([]);
    expect(await answer(person, 'ok')).toBe('thanks');
  });

  test('waits for a backup that reads it, and lets residents answer meanwhile', async () => {
    await answer(person, 'ok');
    await db.sql('update private.pulse_rewrites set rewritten_on = rewritten_on - 1000');
    const backup = await hold(db, people[1]!.id, '$1::text', ['reads']);
    await backup.call('count(*) from private.pulse_marks', []);
    expect(await runFigureJobs(db)).toMatchObject({ pulse_rewritten: false });
    expect(await answer(people[2]!.db, 'ok')).toBe('thanks');
    await backup.commit();
    expect(await runFigureJobs(db)).toMatchObject({ pulse_rewritten: true });
  });
});

describe('what is shown of a month', () => {
  /** What is shown of these answers, as one text. */
  const toldOf = async (all: number[][]) =>
    db.sql<{ good: number; ok: number; bad: number; told: string }>(
      `select a.*, (select string_agg(f.metric || ' ' || coalesce(f.value::text, 'few'), ', ' order by f.metric)
          from private.pulse_told(a.good, a.ok, a.bad) f) as told
       from (select (x->>0)::int as good, (x->>1)::int as ok, (x->>2)::int as bad from jsonb_array_elements($1::jsonb) x) a`,
      [JSON.stringify(all)],
    );

  test.each([
    [[3, 3, 3], 'pulse_answers few'],
    [[0, 0, 0], 'pulse_answers few'],
    [[9, 1, 0], 'pulse_answers 10'],
    [[0, 10, 0], 'pulse_answers 10'],
    [[5, 3, 2], 'pulse_answers 10, pulse_good 5, pulse_ok_or_bad 5'],
    [[2, 3, 5], 'pulse_answers 10, pulse_bad 5, pulse_good_or_ok 5'],
    [[5, 5, 5], 'pulse_answers 15, pulse_good 5, pulse_ok 5, pulse_bad 5'],
  ])('%j: %s', async (answers, told) => {
    expect((await toldOf([answers])).map((one) => one.told)).toEqual([told]);
  });

  test('never reveals the number of an answer that fewer than five gave, even to people who know the rules', async () => {
    const MOST = 24;
    const upTo = (most: number) => Array.from({ length: most + 1 }, (_, i) => i);
    const all = upTo(MOST).flatMap((good) =>
      upTo(MOST - good).flatMap((ok) => upTo(MOST - good - ok).map((bad) => [good, ok, bad])),
    );
    const byTold = Map.groupBy(await toldOf(all), ({ told }) => told);
    for (const [told, ways] of byTold)
      for (const one of ['good', 'ok', 'bad'] as const) {
        const possible = new Set(ways.map((way) => way[one]));
        if ([...possible].some((count) => count < 5))
          expect(possible.size, `${told}: ${one}`).toBeGreaterThan(1);
      }
    expect(byTold.size).toBeGreaterThan(10);
  });

  test('is shown after the month, with the figures, and its rows are deleted', async () => {
    const [month] = await db.sql<{ last: string }>(
      `insert into private.pulse_months (block_id, month, salt, good, ok, bad) select $1, private.last_full_month(), null, 6, 6, 2
       returning to_char(month, 'YYYY-MM-DD') as last`,
      [OTHER_BLOCK],
    );
    await db.sql('delete from private.figure_months where block_id = $1 and month = $2', [
      OTHER_BLOCK,
      month!.last,
    ]);
    await runFigureJobs(db);
    const { data } = await (
      await db.as(CAST.stovner.consultant)
    ).rpc('figures', { block_id: OTHER_BLOCK, month: month!.last });
    const pulse = data!.filter(
      (one) => one.metric.startsWith('pulse') && one.month === month!.last,
    );
    expect(pulse.map(({ metric, value }) => [metric, value])).toEqual([
      ['pulse_answers', 14],
      ['pulse_good', 6],
      ['pulse_ok_or_bad', 8],
    ]);
    expect(await db.sql('select from private.pulse_months where block_id = $1', [OTHER_BLOCK])).toEqual([]); // prettier-ignore
  });
});

import { randomInt } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { figuresOf, thingsTold } from '../support/figures-model.ts';
import {
  appoint,
  countedVote,
  lastMonths,
  livedIn,
  runFigureJobs,
  told,
} from '../support/figures.ts';
import { BLOCK, OTHER_BLOCK } from '../support/reports.ts';
import { clientOf, EVERYBODY } from '../support/rights.ts';

/** The figures of the steering group: correct, suppressed when they are small enough to identify people, and hidden from everybody else. */

let db: TestDb;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db?.close());

describe('the numbers', () => {
  test.each([1, 2, 3])(
    'of random months equal those of a second calculation (%i)',
    async () => {
      const { last, before } = await lastMonths(db);
      const house = await livedIn(db, [before, last]);
      await countedVote(db, house, 5 + randomInt(7), last);
      await countedVote(db, house, randomInt(17), before);
      const expected = [
        ...(await figuresOf(db, house.block, before)),
        ...(await figuresOf(db, house.block, last)),
      ];
      expect(await runFigureJobs(db)).toMatchObject({ months_counted: 2 });
      const observer = await appoint(db, 'observer', house.block);
      const answer = await told(observer.db, house.block);
      expect(answer.toSorted()).toEqual(expected.toSorted());
      expect(answer.some((one) => one.endsWith('few'))).toBe(true);
    },
    60_000,
  );

  test('are counted by one server at a time: another one returns at once with nothing', async () => {
    const { last, before } = await lastMonths(db);
    await livedIn(db, [before, last]);
    const other = new pg.Client({ connectionString: db.databaseUrl });
    await other.connect();
    await other.query("begin; select pg_advisory_xact_lock(hashtextextended('figures', 0))");
    expect(await runFigureJobs(db)).toMatchObject({ months_counted: 0 });
    await other.query('rollback');
    await other.end();
    expect(await runFigureJobs(db)).toMatchObject({ months_counted: 2 });
  });

  test('of a counted month stay, whatever is added, changed or deleted, including accounts', async () => {
    const { last, before } = await lastMonths(db);
    const house = await livedIn(db, [before, last]);
    await runFigureJobs(db);
    const { db: observer } = await appoint(db, 'observer', house.block);
    const first = await told(observer, house.block);
    await db.sql('delete from public.signups where block_id = $1', [house.block]);
    await db.sql('delete from public.head_counts where block_id = $1', [house.block]);
    await db.sql(`update public.reports set thing = 'window' where block_id = $1`, [house.block]);
    await db.sql('delete from auth.users where id = any ($1)', [house.voters.map(({ id }) => id)]);
    expect(await runFigureJobs(db)).toMatchObject({ months_counted: 0 });
    expect(await told(observer, house.block)).toEqual(first);
  });

  test('of an unfinished month are shown to nobody', async () => {
    const all = await told(await db.as(CAST.drobak.consultant), BLOCK);
    const { last } = await lastMonths(db);
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((one) => one.slice(0, 7) > last)).toEqual([]);
  });

  test('of one month are the same whichever month is asked for', async () => {
    const observer = await db.as(CAST.observer);
    const { last, before } = await lastMonths(db);
    const of = (all: string[]) => all.filter((one) => one.startsWith(before));
    const first = of(await told(observer, BLOCK));
    expect(first.length).toBeGreaterThan(5);
    for (const month of [before, last])
      expect(of(await told(observer, BLOCK, `${month}-01`))).toEqual(first);
  });

  test('are counted once, also by five servers at once', async () => {
    const { last, before } = await lastMonths(db);
    await livedIn(db, [before, last]);
    const runs = await Promise.all(Array.from({ length: 5 }, () => runFigureJobs(db)));
    expect(runs.reduce((sum, one) => sum + one.months_counted, 0)).toBe(2);
  });
});

describe('what is hidden', () => {
  /** Random months: the number of cases for each kind of thing. */
  const random = () =>
    Array.from({ length: randomInt(14) }, () => [0, 1, 2, 3, 4, 5, 6, 7, 9, 30][randomInt(10)]!);
  const edges = [
    [],
    [4],
    [5, 3],
    [5, 0],
    [9, 1],
    [5, 5, 2, 2],
    Array<number>(29).fill(4),
    Array<number>(29).fill(5),
  ];

  test('can not be found by subtraction: the difference to the shown numbers is nothing or at least five', async () => {
    const [row] = await db.sql<{ names: string[] }>(
      'select enum_range(null::public.report_thing)::text[] as names',
    );
    const months = [...edges, ...Array.from({ length: 300 }, random)].map((counts) =>
      counts.flatMap((count, i) => Array<string>(count).fill(row!.names[i]!)),
    );
    const answers = await db.sql<{ n: number; thing: string | null; value: string | null }>(
      `select m.n::int, t.thing, t.value from jsonb_array_elements($1::jsonb) with ordinality m (things, n),
         private.things_told(array(select x::public.report_thing from jsonb_array_elements_text(m.things) x)) t`,
      [JSON.stringify(months)],
    );
    for (const [i, things] of months.entries()) {
      const out = answers.filter(({ n }) => n === i + 1);
      const total = out.find(({ thing }) => thing === null)!.value;
      const listed = out.filter(({ thing }) => thing !== null).map(({ value }) => Number(value));
      const rest = Number(total) - listed.reduce((a, b) => a + b, 0);
      expect(listed.every((count) => count >= 5)).toBe(true);
      if (total === null) expect(listed).toEqual([]);
      // Spread over that many unnamed things that look alike, no single one is certainly 1 to 4.
      else expect(rest === 0 || (rest >= 5 && listed.length <= 10)).toBe(true);
      const model = thingsTold(things);
      expect(total === null ? 'few' : Number(total)).toBe(model.total);
      expect(listed.toSorted()).toEqual([...model.told.values()].toSorted());
    }
  });

  test('is not stored among the figures, and no count of 1 to 4 is shown at all', async () => {
    expect(
      await db.sql(
        `select from private.figures where value between 1 and 4 and metric not in ('days_to_answer', 'days_to_fixed')`,
      ),
    ).toEqual([]);
  });

  test('is the turnout when fewer than five voted, or fewer than five did not', async () => {
    const { last, before } = await lastMonths(db);
    for (const [votes, isTold] of [[4, false], [5, true], [11, true], [12, false]] as const) {
      const house = await livedIn(db, [before, last]);
      await countedVote(db, house, votes, last);
      await runFigureJobs(db);
      const { db: observer } = await appoint(db, 'observer', house.block);
      const voted = (await told(observer, house.block)).filter((one) => / (could_vote|voted) /.test(one)); // prettier-ignore
      expect(voted).toEqual(
        isTold
          ? [`${last} could_vote 16`, `${last} voted ${votes}`]
          : [`${last} could_vote few`, `${last} voted few`],
      );
    } // prettier-ignore
  }, 60_000);
});

test('a poll with fewer than five votes is in no turnout: nobody finds its number by subtracting the others', async () => {
  const { last, before } = await lastMonths(db);
  for (const [few, many] of [[3, 7], [3, null]] as const) {
    const house = await livedIn(db, [before, last]);
    await countedVote(db, house, few, last);
    if (many) await countedVote(db, house, many, last);
    await runFigureJobs(db);
    const { db: observer } = await appoint(db, 'observer', house.block);
    const voted = (await told(observer, house.block)).filter((one) => / (could_vote|voted) /.test(one));
    expect(voted).toEqual([`${last} could_vote ${many ? 16 : 'few'}`, `${last} voted ${many ?? 'few'}`]);
  }
}, 60_000); // prettier-ignore

describe('who reads them', () => {
  test.each(EVERYBODY)('%s', async (who) => {
    const { data, error } = await (await clientOf(db, who)).rpc('figures', { block_id: BLOCK });
    if (who === 'anonymous') return expect(error?.code).toBe('42501');
    const may = who === 'consultant here' || who === 'admin';
    expect((data as unknown[]).length > 0).toBe(may);
  });

  test('an observer reads those of their own building, and nothing once the role has ended', async () => {
    const { id, db: observer } = await appoint(db, 'observer', OTHER_BLOCK);
    expect((await told(observer, OTHER_BLOCK)).length).toBeGreaterThan(0);
    expect(await told(observer, BLOCK)).toEqual([]);
    await db.sql('update public.memberships set ended_at = now() where person_id = $1', [id]);
    expect(await told(observer, OTHER_BLOCK)).toEqual([]);
  });

  test('nobody reads the tables they are stored in', async () => {
    const observer = (await db.as(CAST.observer)) as SupabaseClient;
    for (const table of ['figures', 'figure_months', 'pulse_months', 'pulse_marks']) {
      const { error } = await observer.schema('private').from(table).select();
      expect(error).not.toBeNull();
      expect((await observer.from(table).select()).error).not.toBeNull();
    }
  });
});

/** The rows of every table that this person sees over the API and that a visitor without an account does not. */
async function seenBeyondAnonymous(client: SupabaseClient) {
  const anonymous = db.anonymous() as SupabaseClient;
  const tables = await db.sql<{ name: string; mine: string; open: string | null }>(
    `select c.relname as name,
       string_agg(a.attname, ',' order by a.attnum) filter (where has_column_privilege('authenticated', c.oid, a.attnum, 'select')) as mine,
       string_agg(a.attname, ',' order by a.attnum) filter (where has_column_privilege('anon', c.oid, a.attnum, 'select')) as open
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') group by c.relname order by 1`,
  );
  const rows = async (who: SupabaseClient, name: string, columns: string | null) =>
    columns ? (((await who.from(name).select(columns)).data as unknown as object[]) ?? []) : [];
  const seen: Record<string, number> = {};
  for (const { name, mine, open } of tables) {
    const [more, less] = await Promise.all([rows(client, name, mine), rows(anonymous, name, open)]);
    if (more.length > less.length) seen[name] = more.length - less.length;
  }
  return seen;
}

describe('over every table', () => {
  test('an observer sees what everybody sees, the lists of rules, and their own membership', async () => {
    expect(await seenBeyondAnonymous(await db.as(CAST.observer))).toEqual({
      memberships: 1,
      notification_kinds: expect.any(Number),
      people: 1,
      report_things: expect.any(Number),
      report_transitions: expect.any(Number),
    });
  });

  test('a partner sees what the building sees, and of people only themselves', async () => {
    const { id, db: partner } = await appoint(db, 'partner', BLOCK);
    const seen = await seenBeyondAnonymous(partner);
    expect(Object.keys(seen)).toEqual([
      'activities',
      'activity_sessions',
      'follow_up_milestones',
      'follow_up_updates',
      'follow_ups',
      'memberships',
      'notices',
      'notification_kinds',
      'people',
      'poll_options',
      'poll_phases',
      'poll_questions',
      'polls',
      'proposal_comments',
      'proposals',
      'report_events',
      'report_messages',
      'report_things',
      'report_transitions',
      'reports',
    ]);
    expect(seen).toMatchObject({ people: 1, memberships: 1 });
    expect((await partner.from('people').select('id')).data).toEqual([{ id }]);
    const reports = (await partner.from('reports').select('is_common, block_id')).data!;
    expect(new Set(reports.map((one) => `${one.is_common} ${one.block_id}`))).toEqual(
      new Set([`true ${BLOCK}`]),
    );
    const messages = (await partner.from('report_messages').select('audience')).data!;
    expect(new Set(messages.map(({ audience }) => audience))).toEqual(new Set(['everyone']));
  });

  test('no function about votes, cases and people answers an observer', async () => {
    const observer = (await db.as(CAST.observer)) as SupabaseClient;
    const polls = await db.sql<{ id: string }>('select id from public.polls where block_id = $1', [
      BLOCK,
    ]);
    const calls: [string, object][] = [
      ['poll_results', { poll_ids: polls.map(({ id }) => id) }],
      ['poll_ballots', { poll_id: polls[0]!.id }],
      ['notice_read_counts', { block_id: BLOCK }],
      ['my_reports', { block_id: BLOCK }],
    ];
    for (const [name, args] of calls) {
      const { data } = await observer.rpc(name, args);
      expect(data ?? []).toEqual([]);
    }
  });
});

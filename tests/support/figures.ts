import { randomInt, randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Enums } from '../../src/lib/database.types.ts';
import { signedIn } from './crowd.ts';
import type { Db, TestDb } from './database.ts';
import { building, castInTurn } from './electorate.ts';
import { close, openVote, receipt } from './polls.ts';

export type Metric = Enums<'figure_metric'>;
export type Thing = Enums<'report_thing'>;

/** What figures() answers, each number as one line: "2026-10 new_cases pests 6", hidden ones as "few". */
export async function told(db: Db, block_id: string, month?: string): Promise<string[]> {
  const { data, error } = await db.rpc('figures', { block_id, ...(month ? { month } : {}) });
  if (error) throw new Error(error.message);
  return data.map(({ month, metric, thing, value, is_hidden }) =>
    line(month.slice(0, 7), metric, is_hidden ? 'few' : value, thing),
  );
}
export const line = (month: string, metric: Metric, value: number | 'few', thing?: string | null) =>
  [month, metric, ...(thing ? [thing] : []), value].join(' ');

/** Runs the job as the server does. */
export async function runFigureJobs(db: TestDb) {
  const { data, error } = await (db.service() as SupabaseClient).rpc('run_figure_jobs');
  if (error) throw new Error(error.message);
  return data as { months_counted: number; pulse_rewritten: boolean };
}

/** A new person with a role in a building that has no flat, signed in. */
export async function appoint(db: TestDb, role: 'observer' | 'partner', blockId: string) {
  const id = randomUUID();
  await db.sql(
    `with a as (insert into auth.users (id, aud, role, email) values ($1, 'authenticated', 'authenticated', $4) returning id),
      p as (insert into public.people (id, display_name) select id, 'Ny' from a returning id)
     insert into public.memberships (person_id, role, block_id) select id, $2, $3 from p`,
    [id, role, blockId, `${id}@work.example`],
  );
  return { id, db: await signedIn(db, id) };
}

const days = (from: string, day: number, hour: number) =>
  new Date(Date.parse(`${from}-01T00:00:00Z`) + day * 86_400_000 + hour * 3_600_000).toISOString();
const pick = <One>(all: readonly One[]) => all[randomInt(all.length)]!;

/** The last month that is counted today and the one before it, `YYYY-MM`. */
export async function lastMonths(db: TestDb) {
  const [row] = await db.sql<{ last: string; before: string }>(
    `select to_char(private.last_full_month(), 'YYYY-MM') as last,
      to_char(private.last_full_month() - interval '1 month', 'YYYY-MM') as before`,
  );
  return row!;
}

const THINGS = ['vandalism', 'pests', 'light', 'door_lock', 'leak', 'cleaning'] as const;

/** A building with a stair and random data in these months; cases may be answered and fixed in the following one. */
export async function livedIn(db: TestDb, months: string[]) {
  const { id: block, voters } = await building(db, 16);
  await db.sql('update public.blocks set created_at = $2 where id = $1', [
    block,
    days(months[0]!, 2, 12),
  ]);
  const [stair] = await db.sql<{ id: string }>(
    "select id from public.places where block_id = $1 and kind = 'stair'",
    [block],
  );
  const when = (month = pick(months)) => days(month, 2 + randomInt(24), 8 + randomInt(10));
  const insert = (table: string, rows: object[]) =>
    db.sql(
      `insert into ${table} (${Object.keys(rows[0]!).join()}) overriding user value
       select ${Object.keys(rows[0]!).join()} from jsonb_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(rows)],
    );

  const activities = ['published', 'published', 'cancelled'].map((status) => ({
    ...{ id: randomUUID(), block_id: block, kind: 'event', title: 'Noe', status, version: 1 },
    ...{ cancel_reason: status === 'cancelled' ? 'Syk' : null, is_public: true, max_party: 5 },
    ...{ for_whom: [], signed_up_count: 0, offered_count: 0, waitlisted_count: 0 },
    ...{ slug: '', created_at: when(months[0]) },
  }));
  await insert('public.activities', activities);
  const sessions = Array.from({ length: 26 }, () => {
    const starts_at = when();
    return {
      ...{ id: randomUUID(), activity_id: pick(activities).id, block_id: block, starts_at },
      ends_at: new Date(Date.parse(starts_at) + 3_600_000).toISOString(),
      cancelled_at: randomInt(6) ? null : starts_at,
      ...{ is_moved: false, sequence: 0 },
    };
  });
  await insert('public.activity_sessions', sessions);
  await insert(
    'public.head_counts',
    sessions
      .filter(() => randomInt(3))
      .map(({ id, activity_id }) => ({
        ...{ session_id: id, activity_id, block_id: block, heads: randomInt(12) },
      })),
  );
  const signups = Array.from({ length: 3 + randomInt(14) }, () => ({
    ...{ id: randomUUID(), activity_id: activities[0]!.id, block_id: block, first_name: 'Kari' },
    ...{ party_size: 1, status: 'waitlisted', created_at: when() },
  }));
  await insert('public.signups', signups);
  await insert(
    'public.attendances',
    sessions
      .filter(({ activity_id }) => activity_id === activities[0]!.id)
      .map(({ id, activity_id }) => ({
        ...{ session_id: id, signup_id: pick(signups).id, activity_id, block_id: block },
        present_count: randomInt(3),
      })),
  );

  const first = randomUUID(); // the others may be merged into it
  const reports = Array.from({ length: 60 + randomInt(30) }, (_, i) => {
    const created_at = when();
    const later = pick([
      'received',
      'in_progress',
      'fixed',
      'fixed',
      'closed',
      'confirmed',
      'merged',
    ]);
    const status = i === 0 ? 'received' : later;
    return {
      ...{ id: i === 0 ? first : randomUUID(), block_id: block, place_id: stair!.id },
      ...{ place_kind: 'stair', status, merged_into: status === 'merged' ? first : null },
      ...{ thing: pick(THINGS.slice(0, 2 + randomInt(5))), is_urgent: false, affected_count: 1 },
      ...{ chase_count: 0, are_photos_shared: false, created_at, status_changed_at: created_at },
      expected_by: randomInt(2)
        ? days(months[randomInt(months.length)]!, 20, 0).slice(0, 10)
        : null,
    };
  });
  await db.sql(
    `insert into public.reports (id, block_id, place_id, place_kind, status, thing, is_urgent, affected_count, chase_count,
       are_photos_shared, created_at, status_changed_at, expected_by, merged_into)
     select id, block_id, place_id, place_kind, status, thing, is_urgent, affected_count, chase_count, are_photos_shared, created_at,
       status_changed_at, expected_by, merged_into from jsonb_populate_recordset(null::public.reports, $1)`,
    [JSON.stringify(reports)],
  );
  const events = reports.flatMap(({ id, status, created_at }) => {
    const one = (
      to_status: string,
      actor_role: string,
      from_status: string | null,
      at: number,
    ) => ({
      ...{ report_id: id, block_id: block, kind: 'status', from_status, to_status, actor_role },
      waiting_for: null,
      created_at: new Date(Date.parse(created_at) + at * 3_600_000).toISOString(),
    });
    const steps = [one('received', 'reporter', null, 0)];
    if (randomInt(2)) steps.push(one('forwarded', 'consultant', 'received', 1));
    if (status !== 'received')
      steps.push(
        one(
          status === 'confirmed' ? 'fixed' : status,
          'landlord',
          'received',
          2 + randomInt(24 * 30),
        ),
      );
    if (status === 'confirmed')
      steps.push(one('confirmed', 'reporter', 'fixed', 24 * 31 + randomInt(100)));
    return steps;
  });
  await db.sql(
    `insert into public.report_events (report_id, block_id, kind, from_status, to_status, waiting_for, actor_role, created_at)
     select report_id, block_id, kind, from_status, to_status, waiting_for, actor_role, created_at
     from jsonb_populate_recordset(null::public.report_events, $1) with ordinality`,
    [JSON.stringify(events)],
  );
  await db.sql(
    `update public.reports r set status_changed_at = e.at
     from (select report_id, max(created_at) as at from public.report_events where block_id = $1 group by report_id) e
     where e.report_id = r.id`,
    [block],
  );
  await insert(
    'public.report_messages',
    reports
      .filter(() => !randomInt(3))
      .map(({ id, created_at }) => ({
        ...{ id: randomUUID(), report_id: id, block_id: block, body: 'Hei', event_id: null },
        author_role: 'consultant',
        audience: pick(['resident', 'everyone', 'internal']),
        created_at: new Date(Date.parse(created_at) + randomInt(24 * 20) * 3_600_000).toISOString(),
      })),
  );
  return { block, voters };
}

/** A poll of this building with that many votes, counted on the 10th of a month; its follow-up is finished there. */
export async function countedVote(
  db: TestDb,
  { block, voters }: Awaited<ReturnType<typeof livedIn>>,
  votes: number,
  month: string,
) {
  const vote = await openVote(db, { block_id: block });
  await castInTurn(
    db,
    vote.id,
    voters
      .slice(0, votes)
      .map(({ id }) => ({ person: id, choices: [vote.options[0]!], receipt: receipt() })),
  );
  await close(db, vote.id);
  const at = days(month, 9, 12);
  await db.sql(
    `begin; alter table public.polls disable trigger polls_freeze;
     update public.polls set counted_at = '${at}' where id = '${vote.id}';
     alter table public.polls enable trigger polls_freeze;
     update public.follow_ups set status = 'done', next_on = null, closed_at = '${at}' where poll_id = '${vote.id}'; commit`,
  );
  return vote.id;
}

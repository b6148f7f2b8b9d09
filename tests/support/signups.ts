import { expect } from 'vitest';
import { crowd } from './crowd.ts';
import type { TestDb } from './database.ts';

export interface Wish {
  status?: 'published' | 'draft' | 'proposed';
  isPublic?: boolean;
  capacity?: number | null;
  maxParty?: number;
  /** From now, as an interval; null: no date. */
  startsIn?: string | null;
  opensIn?: string | null;
  closesIn?: string | null;
  signoffIn?: string | null;
  title?: string;
}

/** An activity of Drøbakgata 1 with one date of an hour, inserted without the functions. */
export async function makeActivity(t: TestDb, wish: Wish = {}): Promise<string> {
  const { status = 'published', isPublic = true, capacity = 1, startsIn = '3 days' } = wish;
  const [row] = await t.sql<{ id: string }>(
    `insert into activities (block_id, kind, title, status, is_public, capacity, max_party, signup_opens_at, signup_closes_at,
       signoff_closes_at)
     values ((select id from blocks where slug = 'drobakgata-1'), 'event', $1, $2::activity_status, $3, $4, $5,
       now() + $6::interval, now() + $7::interval, now() + $8::interval) returning id`,
    [
      wish.title ?? 'Prøve',
      status,
      isPublic,
      capacity,
      wish.maxParty ?? 20,
      wish.opensIn ?? null,
      wish.closesIn ?? null,
      wish.signoffIn ?? null,
    ],
  );
  if (startsIn !== null) await addDate(t, row!.id, startsIn);
  return row!.id;
}

/** One more date of an hour, that long from now. */
export async function addDate(t: TestDb, activityId: string, startsIn: string): Promise<string> {
  const [row] = await t.sql<{ id: string }>(
    `insert into activity_sessions (activity_id, block_id, starts_at, ends_at)
     select id, block_id, at, at + interval '1 hour' from activities, date_trunc('milliseconds', now() + $2::interval) at
     where id = $1
     returning id`,
    [activityId, startsIn],
  );
  return row!.id;
}

/** Moves every date so that the first starts that long from now. */
export const startsIn = (t: TestDb, activityId: string, wait: string) =>
  t.sql(
    `update activity_sessions s set starts_at = starts_at + d.by, ends_at = ends_at + d.by
     from (select now() + $2::interval - min(starts_at) as by from activity_sessions where activity_id = $1) d
     where s.activity_id = $1`,
    [activityId, wait],
  );

/** All running offers of the activity expired a second ago; no job has seen it yet. */
export const runOutOffers = (t: TestDb, activityId: string) =>
  t.sql(
    `update signups set offer_expires_at = now() - interval '1 second' where activity_id = $1 and status = 'offered'`,
    [activityId],
  );

/** Residents by number, and what they do; the outcome, or the code of the error. */
export async function neighbours(t: TestDb, size: number) {
  const people = await crowd(t, size);
  const answer = ({ data, error }: { data: unknown; error: { code: string } | null }) =>
    error?.code ?? (data as string);
  const number = new Map<string, number>(people.map(({ id }, index) => [id, index]));
  return {
    people,
    signUp: async (i: number, id: string, party = 1) =>
      answer(await people[i]!.db.rpc('sign_up', { activity_id: id, party_size: party })),
    leave: async (i: number, id: string) =>
      answer(await people[i]!.db.rpc('cancel_signup', { activity_id: id })),
    accept: async (i: number, id: string) =>
      answer(await people[i]!.db.rpc('accept_offer', { activity_id: id })),
    /** All sign-ups in order of arrival: who and what. */
    queue: async (id: string) =>
      (await signupsOf(t, id)).map(
        ({ person_id, first_name, status }) =>
          `${person_id ? number.get(person_id) : first_name} ${status}`,
      ),
    /** The events of all sign-ups of a person, in order. */
    history: async (i: number, id: string) =>
      (
        await t.sql<{ line: string }>(
          `select concat_ws(' ', e.status, e.reason, e.actor) as line from signup_events e join signups s on s.id = e.signup_id
           where s.activity_id = $1 and s.person_id = $2 order by e.id`,
          [id, people[i]!.id],
        )
      ).map(({ line }) => line),
    /** The notifications of a person about it, in order. */
    told: async (i: number, id: string) =>
      (
        await t.sql<{ kind: string }>(
          'select kind from notifications where activity_id = $1 and person_id = $2 order by created_at, kind',
          [id, people[i]!.id],
        )
      ).map(({ kind }) => kind),
  };
}

export interface Signup {
  id: string;
  person_id: string | null;
  first_name: string | null;
  party_size: number;
  status: string;
  offer_expires_at: Date | null;
}
export const signupsOf = (t: TestDb, activityId: string) =>
  t.sql<Signup>(
    `select id, person_id, first_name, party_size, status, offer_expires_at from signups
     where activity_id = $1 order by queue_number`,
    [activityId],
  );

/** The inconsistencies in the counts and events of an activity; there must be none. */
export const WRONG = `
  select 'counts' as wrong from activities a where a.id = $1
    and array[a.signed_up_count, a.offered_count, a.waitlisted_count]::bigint[] is distinct from (
      select array[coalesce(sum(party_size) filter (where status = 'signed_up'), 0),
        coalesce(sum(party_size) filter (where status = 'offered'), 0),
        coalesce(sum(party_size) filter (where status = 'waitlisted'), 0)]
      from signups where activity_id = $1)
  union all
  select 'two live sign-ups' from signups where activity_id = $1 and status in ('signed_up', 'offered', 'waitlisted')
    and person_id is not null group by person_id having count(*) > 1
  union all
  select 'state without its event' from signups s where s.activity_id = $1 and s.status is distinct from (
    select e.status from signup_events e where e.signup_id = s.id order by e.id desc limit 1)
  union all
  select 'event without a change: ' || e.reason from (
    select e.*, lag(e.status) over (partition by e.signup_id order by e.id) as before from signup_events e where e.activity_id = $1
  ) e where e.before = e.status and e.reason <> 'does_not_fit'
  union all
  select 'life after the end: ' || e.before from (
    select e.*, lag(e.status) over (partition by e.signup_id order by e.id) as before from signup_events e where e.activity_id = $1
  ) e where e.before in ('cancelled', 'declined', 'lapsed')`;

export async function expectBooksToBalance(t: TestDb, activityId: string) {
  expect(await t.sql(WRONG, [activityId])).toEqual([]);
}

/** One more date of an hour at this moment. */
export async function addDateAt(t: TestDb, activityId: string, moment: string): Promise<string> {
  const [row] = await t.sql<{ id: string }>(
    `insert into activity_sessions (activity_id, block_id, starts_at, ends_at)
     select id, block_id, $2::timestamptz, $2::timestamptz + interval '1 hour' from activities where id = $1 returning id`,
    [activityId, moment],
  );
  return row!.id;
}

import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Enums } from '../../src/lib/database.types.ts';
import type { Email } from './cast.ts';
import { moveIn, signedIn } from './crowd.ts';
import { testDatabase, type Db } from './database.ts';
import { BLOCK, PEOPLE, demoId, sendReport, type Who as Cast } from './reports.ts';

/** All roles towards a case of `reporter`. A partner and an observer are made; the cast has none in Drøbakgata. */
export const EVERYBODY = [
  'reporter',
  'household',
  'neighbour',
  'partner',
  'consultant',
  'landlord',
  'observer',
  'resident elsewhere',
  'consultant elsewhere',
  'admin',
  'anonymous',
] as const satisfies (Cast | 'partner' | 'observer' | 'anonymous')[];
export type Who = (typeof EVERYBODY)[number];
export type Status = Enums<'report_status'>;

export const STAFF: Who[] = ['consultant', 'landlord'];
export const NEIGHBOURS: Who[] = ['household', 'neighbour', 'partner'];
export const OUTSIDERS: Who[] = ['observer', 'resident elsewhere', 'consultant elsewhere', 'admin'];

export const YARD = demoId('drobakgata-1/yard');
export const STATUSES: Status[] = [
  'received', 'forwarded', 'in_progress', 'waiting', 'fixed', 'confirmed', 'reopened', 'closed', 'withdrawn', 'merged',
]; // prettier-ignore

export type Cases = Awaited<ReturnType<typeof cases>>;

/** A copy of the database with helpers to make cases, to act as anybody, and to read the result. */
export async function cases() {
  const database = await testDatabase();
  const { sql } = database;
  const working = async (role: 'partner' | 'observer') => {
    const id = randomUUID();
    await sql(
      `with a as (insert into auth.users (id, aud, role, email) values ($1, 'authenticated', 'authenticated', $4) returning id),
        p as (insert into public.people (id, display_name) select id, 'Medarbeider' from a returning id)
       insert into public.memberships (person_id, role, block_id) select id, $2, $3 from p`,
      [id, role, BLOCK, `${id}@work.example`],
    );
    return { id, db: await signedIn(database, id) };
  };
  const extra = { partner: await working('partner'), observer: await working('observer') };

  const as = async (who: Who | Email): Promise<Db> =>
    who === 'anonymous'
      ? database.anonymous()
      : who === 'partner' || who === 'observer'
        ? extra[who].db
        : database.as(who in PEOPLE ? PEOPLE[who as Cast] : (who as Email));
  const idOf = async (who: Exclude<Who, 'anonymous'>) =>
    who === 'partner' || who === 'observer'
      ? extra[who].id
      : (await sql<{ id: string }>('select id from auth.users where email = $1', [PEOPLE[who]]))[0]!
          .id;

  /** The answer of a function, or the code of the error it raised. */
  const callAs = async (db: Db, name: string, args: object): Promise<unknown> => {
    const { data, error } = await (db as unknown as SupabaseClient).rpc(name, args);
    return error ? error.code : data;
  };
  const call = async (who: Who, name: string, args: object) => callAs(await as(who), name, args);

  /** An old case, so that it counts in no limit of today. Its description is unique. */
  const newCase = async (
    place_id = YARD,
    who: Who = 'reporter',
    report: Parameters<typeof sendReport>[1] = {},
  ) => {
    const thing = report.thing ?? (place_id === YARD ? 'snow_ice' : 'leak');
    const { id, outcome } = await sendReport(await as(who), { ...report, place_id, thing });
    if (outcome !== 'created') throw new Error(outcome);
    await sql("update public.reports set created_at = '2020-01-01' where id = $1", [id]); // prettier-ignore
    return id;
  };
  /** A case of a person without an account. */
  const newCaseFor = async (place_id = YARD, who: Who = 'consultant', thing = 'snow_ice') => {
    const id = randomUUID();
    const made = await call(who, 'create_report_for', {
      id, block_id: BLOCK, place_id, thing, description: `Beboeren sier: ${id}`,
    }); // prettier-ignore
    if ((made as { outcome: string }[])[0]?.outcome !== 'created') throw new Error(String(made));
    return id;
  };

  const change = (who: Who, report_id: string, to_status: Status, reason?: string) =>
    call(who, 'change_report_status', {
      report_id,
      to_status,
      reason: reason ?? null,
      waiting_for: to_status === 'waiting' ? 'parts' : null,
    });
  /** Sets these cases to this status, without an event. */
  const put = (ids: string | string[], status: Status, mergedInto: string | null = null) =>
    sql(
      `update public.reports r set status = s, waiting_for = case when s = 'waiting' then 'parts'::public.report_wait end,
         merged_into = case when s = 'merged' then $3::uuid end
       from (select $2::public.report_status as s) new where r.id = any ($1)`,
      [[ids].flat(), status, mergedInto],
    );
  const row = async (id: string) => (await sql('select * from public.reports where id = $1', [id]))[0]!; // prettier-ignore
  const statusOf = async (id: string) => (await row(id))['status'];
  const events = (id: string) =>
    sql<{ kind: string; from_status: Status; to_status: Status; actor_role: string }>(
      'select kind, from_status, to_status, actor_role from public.report_events where report_id = $1 order by id',
      [id],
    );
  const messages = (id: string) =>
    sql<{ audience: string; author_role: string; body: string; event_id: string | null }>(
      'select audience, author_role, body, event_id from public.report_messages where report_id = $1 order by created_at',
      [id],
    );
  /** Who was notified of this case, as "kind who", sorted. */
  const told = async (id: string) => {
    const names = new Map<string, string>();
    for (const who of EVERYBODY) if (who !== 'anonymous') names.set(await idOf(who), who);
    const rows = await sql<{ kind: string; person_id: string }>(
      'select kind, person_id from public.notifications where report_id = $1',
      [id],
    );
    return rows
      .map(({ kind, person_id }) => `${kind} ${names.get(person_id) ?? person_id}`)
      .toSorted();
  };
  const followers = async (id: string) =>
    (
      await sql<{ person_id: string }>(
        'select person_id from public.report_followers where report_id = $1 order by person_id',
        [id],
      )
    ).map(({ person_id }) => person_id);

  return {
    ...database, as, idOf, call, callAs, newCase, newCaseFor, change, put, row, statusOf, events, messages, told, followers,
    /** Residents of new flats of Drøbakgata, one each. */
    neighbours: async (count: number) => {
      const flats = await sql<{ id: string }>(
        `select p.id from public.places p where p.block_id = $1 and p.kind = 'flat' and not exists (
           select from public.memberships m where m.flat_id = p.id) order by p.id limit $2`,
        [BLOCK, count],
      );
      return moveIn(database, BLOCK, flats.map(({ id }) => id)); // prettier-ignore
    },
  }; // prettier-ignore
}

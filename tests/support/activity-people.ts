import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { CAST } from './cast.ts';
import { signedIn } from './crowd.ts';
import type { TestDb } from './database.ts';

/** All roles, as seen from an activity of Drøbakgata 1 that a partner hosts. */
export const AROUND = [
  'anonymous',
  'resident',
  'neighbour',
  'host',
  'partner',
  'consultant here',
  'consultant elsewhere',
  'landlord',
] as const;
export type Around = (typeof AROUND)[number];
export const MANAGERS = ['host', 'consultant here'] as const satisfies Around[];

const emails = {
  resident: CAST.drobak.resident,
  neighbour: CAST.drobak.neighbour,
  'consultant here': CAST.drobak.consultant,
  'consultant elsewhere': CAST.stovner.consultant,
  landlord: CAST.landlord,
} as const;

/** Two partner organisations in Drøbakgata 1: one hosts what `makeHosted` makes, the other hosts nothing. */
export async function invite(t: TestDb) {
  const [block] = await t.sql<{ id: string }>("select id from blocks where slug = 'drobakgata-1'");
  const partner = async () => {
    const id = randomUUID();
    await t.sql(
      `with account as (insert into auth.users (id, aud, role, email) values ($1, 'authenticated', 'authenticated', $3)
          returning id),
        person as (insert into people (id, display_name) select id, 'Foreningen' from account returning id)
      insert into memberships (person_id, role, block_id) select id, 'partner', $2 from person`,
      [id, block!.id, `${id}@partner.example`],
    );
    return { id, db: await signedIn(t, id) };
  };
  const [host, other] = [await partner(), await partner()];
  /** Untyped on purpose: the tests send what the types forbid. */
  const clientOf = async (who: Around) => {
    if (who === 'anonymous') return t.anonymous() as unknown as SupabaseClient;
    if (who === 'host' || who === 'partner')
      return { host, partner: other }[who].db as unknown as SupabaseClient;
    return (await t.as(emails[who])) as unknown as SupabaseClient;
  };
  return { blockId: block!.id, hostId: host.id, clientOf };
}

interface Wish {
  capacity?: number | null;
  /** From now. */
  starts?: string;
  closes?: string | null;
  isPublic?: boolean;
}

/** A published activity with one date, hosted by the partner. */
export async function makeHosted(
  t: TestDb,
  { blockId, hostId }: { blockId: string; hostId: string },
  { capacity = 2, starts = '3 days', closes = null, isPublic = true }: Wish = {},
) {
  const [row] = await t.sql<{ id: string; session_id: string }>(
    `with a as (insert into activities (block_id, kind, title, status, capacity, is_public, signup_closes_at)
        values ($1, 'course', 'Kurs', 'published', $2, $3, now() + $4::interval) returning id),
      h as (insert into activity_hosts (activity_id, block_id, person_id) select id, $1, $5 from a)
    insert into activity_sessions (activity_id, block_id, starts_at, ends_at)
    select id, $1, now() + $6::interval, now() + $6::interval + interval '1 hour' from a
    returning activity_id as id, id as session_id`,
    [blockId, capacity, isPublic, closes, hostId, starts],
  );
  return { id: row!.id, sessionId: row!.session_id };
}

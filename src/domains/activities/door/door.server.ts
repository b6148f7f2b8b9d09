import { rows, rowsIfAllowed, type Db } from '~/lib/supabase.ts';
import type { Session } from '~/domains/activities/activities.ts';
import { dates, toSession } from '~/domains/activities/activity-rows.ts';
import { readDateName, type Resident, type SignUpForInput } from './door.ts';
import { ownLanguage } from '~/i18n/languages.ts';
import { comparing } from '~/lib/intl.ts';

const day = 86_400_000; // ms

/** The dates of an activity in the months around the day of this name, soonest first; none for an invalid name. */
export async function listDatesAround(
  db: Db,
  activityId: string,
  name: string,
): Promise<Session[]> {
  const wanted = readDateName(name);
  if (!wanted) return [];
  const noon = Date.parse(`${wanted.day}T12:00:00Z`);
  const query = db
    .from('activity_sessions')
    .select(dates)
    .eq('activity_id', activityId)
    .gte('starts_at', new Date(noon - 62 * day).toISOString())
    .lte('starts_at', new Date(noon + 62 * day).toISOString())
    .order('starts_at');
  return rows(await query.limit(200)).map(toSession);
}

/** The residents of a building by name, at most 1000. Only its consultant gets any but themselves. */
export async function listResidents(db: Db, blockId: string): Promise<Resident[]> {
  const query = db
    .from('memberships')
    .select('person_id, people (display_name), flat:places (name)')
    .eq('block_id', blockId)
    .eq('role', 'resident')
    .is('ended_at', null);
  const found = rows(await query.limit(1000));
  const byName = comparing(ownLanguage);
  return found
    .map((row) => ({
      id: row.person_id,
      name: row.people.display_name,
      flat: row.flat?.name ?? null,
    }))
    .toSorted((a, b) => byName(a.name, b.name));
}

/** Signs up somebody else, or puts them on the waiting list. Null when I may not. */
export const signUpFor = async (db: Db, input: SignUpForInput) =>
  rows(
    await db.rpc('sign_up_for', {
      activity_id: input.id,
      signup_id: input.signupId,
      party_size: input.partySize,
      ...(input.personId ? { person_id: input.personId } : {}),
      ...(input.firstName ? { first_name: input.firstName } : {}),
    }),
  );

/** Ends a sign-up on behalf of the person; the place goes to the next one waiting. */
export const endSignup = async (db: Db, signupId: string) =>
  rows(await db.rpc('end_signup', { signup_id: signupId }));

/** Sets how many of a party came to a date. Returns the number; null when I may not set it. */
export const tick = async (db: Db, sessionId: string, signupId: string, count: number) =>
  rowsIfAllowed(
    await db.rpc('tick_attendance', {
      session_id: sessionId,
      signup_id: signupId,
      present_count: count,
    }),
  );

/** Signs up somebody who stands at the door, and ticks them when there was room. The same form twice is one. */
export async function walkIn(db: Db, sessionId: string, input: SignUpForInput) {
  const outcome = await signUpFor(db, input);
  if (outcome === 'signed_up' || outcome === 'already_signed_up')
    await tick(db, sessionId, input.signupId, input.partySize);
  return outcome;
}

/** How many came to a date without sign-up; null when nobody has counted (or it is not visible to me). */
export async function findHeads(db: Db, sessionId: string): Promise<number | null> {
  const query = db.from('head_counts').select('heads').eq('session_id', sessionId);
  return rows(await query.maybeSingle())?.heads ?? null;
}

/** Adds heads. Returns the new number; null when I may not set it. */
export const countHeads = async (db: Db, sessionId: string, change: number) =>
  rowsIfAllowed(await db.rpc('count_heads', { session_id: sessionId, change }));

export const setHeads = async (db: Db, sessionId: string, heads: number) =>
  rowsIfAllowed(await db.rpc('set_heads', { session_id: sessionId, heads }));

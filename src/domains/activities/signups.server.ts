import { rows, type Db } from '~/lib/supabase.ts';
import type { Happening, MySignup, Participant } from './activities.ts';
import { dates, summary, toHappening } from './activity-rows.ts';

/** My live sign-up for an activity; null when there is none. */
export async function findMySignup(
  db: Db,
  activityId: string,
  personId: string,
): Promise<MySignup | null> {
  const query = db
    .from('signups')
    .select('status, place_in_line')
    .eq('activity_id', activityId)
    .eq('person_id', personId)
    .neq('status', 'cancelled');
  const [row] = rows(await query.limit(1)) ?? [];
  return row ? { status: row.status, placeInLine: row.place_in_line } : null;
}

/** What I am signed up for or wait for and that is not over, soonest first, at most 50. */
export async function listMine(
  db: Db,
  personId: string,
  now: Date,
): Promise<{ signup: MySignup; activity: Happening; slug: string }[]> {
  const query = db
    .from('signups')
    .select(
      `status, place_in_line, activity:activities!inner (${summary}, block:blocks (slug), activity_sessions!inner (${dates}))`,
    )
    .eq('person_id', personId)
    .neq('status', 'cancelled')
    .gt('activity.activity_sessions.ends_at', now.toISOString())
    .order('starts_at', { referencedTable: 'activity.activity_sessions' })
    .order('created_at', { ascending: false })
    .limit(50);
  return (rows(await query) ?? [])
    .map(({ status, place_in_line, activity }) => ({
      signup: { status, placeInLine: place_in_line },
      activity: toHappening(activity),
      slug: activity.block.slug,
    }))
    .sort((a, b) => startOf(a.activity) - startOf(b.activity));
}

/** Who is signed up and who waits, in order of arrival. Only the consultant gets more than the own row. */
export async function listParticipants(db: Db, activityId: string): Promise<Participant[]> {
  const query = db
    .from('signups')
    .select('id, status, created_at, signed_up_at, person:people (display_name)')
    .eq('activity_id', activityId)
    .neq('status', 'cancelled')
    .order('queue_number')
    .limit(1000);
  return (rows(await query) ?? []).map((row) => ({
    id: row.id,
    displayName: row.person?.display_name ?? '',
    status: row.status,
    createdAt: new Date(row.created_at),
    signedUpAt: row.signed_up_at ? new Date(row.signed_up_at) : null,
  }));
}

/** Signs me up, or puts me on the waiting list. */
export const signUp = async (db: Db, activityId: string) =>
  rows(await db.rpc('sign_up', { activity_id: activityId }));

/** Gives up my place; the next one waiting gets it. */
export const cancelSignup = async (db: Db, activityId: string) =>
  rows(await db.rpc('cancel_signup', { activity_id: activityId }));

const startOf = ({ sessions }: Happening) => sessions[0]?.startsAt.getTime() ?? 0;

/** My live sign-ups by activity, newest first, at most 100; for marking cards in a list. */
export async function listMySignups(db: Db, personId: string): Promise<Map<string, MySignup>> {
  const query = db
    .from('signups')
    .select('activity_id, status')
    .eq('person_id', personId)
    .neq('status', 'cancelled')
    .order('created_at', { ascending: false });
  const found = rows(await query.limit(100)) ?? [];
  return new Map(found.map((row) => [row.activity_id, { status: row.status, placeInLine: null }]));
}

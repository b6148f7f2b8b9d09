import type { Tables } from '~/lib/database.types.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import {
  liveStatuses,
  type Happening,
  type MySignup,
  type Participant,
} from '~/domains/activities/activities.ts';
import { dates, summary, toHappening } from '~/domains/activities/activity-rows.ts';

const mySignup = 'status, party_size, offer_expires_at, place_in_line' as const;
type MySignupRow = Pick<Tables<'signups'>, 'status' | 'party_size' | 'offer_expires_at'> & {
  place_in_line: number | null;
};

const moment = (at: string | null) => (at ? new Date(at) : null);

const toMySignup = (row: MySignupRow): MySignup => ({
  status: row.status,
  partySize: row.party_size,
  offerExpiresAt: moment(row.offer_expires_at),
  placeInLine: row.place_in_line,
});

/** My live sign-up for an activity, or the last one when its offer has lapsed; else null. */
export async function findMySignup(
  db: Db,
  activityId: string,
  personId: string,
): Promise<MySignup | null> {
  const query = db
    .from('signups')
    .select(mySignup)
    .eq('activity_id', activityId)
    .eq('person_id', personId)
    .order('queue_number', { ascending: false });
  const [row] = rows(await query.limit(1));
  return row && row.status !== 'cancelled' && row.status !== 'declined' ? toMySignup(row) : null;
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
      `${mySignup}, activity:activities!inner (${summary}, block:blocks (slug), activity_sessions!inner (${dates}))`,
    )
    .eq('person_id', personId)
    .in('status', liveStatuses)
    .gt('activity.activity_sessions.ends_at', now.toISOString())
    .order('starts_at', { referencedTable: 'activity.activity_sessions' })
    .order('created_at', { ascending: false })
    .limit(50);
  return rows(await query)
    .map(({ activity, ...signup }) => ({
      signup: toMySignup(signup),
      activity: toHappening(activity),
      slug: activity.block.slug,
    }))
    .sort((a, b) => startOf(a.activity) - startOf(b.activity));
}

/**
 * All sign-ups of an activity in order of arrival, also those that ended, and how many came to a date. Only its
 * consultant and host get any.
 */
export async function listParticipants(
  db: Db,
  activityId: string,
  sessionId?: string,
): Promise<Participant[]> {
  const asked = { activity_id: activityId, ...(sessionId ? { session_id: sessionId } : {}) };
  const found = rows(await db.rpc('signup_list', asked));
  return found.map((row) => ({
    id: row.id,
    /** Null: forgotten, 30 days after the last date. */
    name: row.name,
    hasAccount: row.has_account,
    partySize: row.party_size,
    status: row.status,
    reason: row.reason,
    actor: row.actor,
    createdAt: new Date(row.created_at),
    signedUpAt: moment(row.signed_up_at),
    offerExpiresAt: moment(row.offer_expires_at),
    endedAt: moment(row.ended_at),
    presentCount: row.present_count,
  }));
}

/** Signs me up with my party (myself included), or puts us on the waiting list. */
export const signUp = async (db: Db, activityId: string, partySize: number) =>
  rows(await db.rpc('sign_up', { activity_id: activityId, party_size: partySize }));

/** Gives up my place; the next one waiting gets it. */
export const cancelSignup = async (db: Db, activityId: string) =>
  rows(await db.rpc('cancel_signup', { activity_id: activityId }));

/** Takes the place that is held for me. */
export const acceptOffer = async (db: Db, activityId: string) =>
  rows(await db.rpc('accept_offer', { activity_id: activityId }));

const startOf = ({ sessions }: Happening) => sessions[0]?.startsAt.getTime() ?? 0;

/** My live sign-ups by activity, newest first, at most 100; for marking cards in a list. */
export async function listMySignups(db: Db, personId: string): Promise<Map<string, MySignup>> {
  const query = db
    .from('signups')
    .select(`activity_id, ${mySignup}`)
    .eq('person_id', personId)
    .in('status', liveStatuses)
    .order('created_at', { ascending: false });
  const found = rows(await query.limit(100));
  return new Map(found.map((row) => [row.activity_id, toMySignup(row)]));
}

import { rows, type Db } from '~/lib/supabase.ts';
import type { Happening } from '~/domains/activities/activities.ts';
import { columns, datesOf } from '~/domains/activities/activities.server.ts';
import type { ActivityInput } from '~/domains/activities/write/activity-form.ts';
import { dates, summary, toHappening } from '~/domains/activities/activity-rows.ts';
import { isStillHosted } from './hosting.ts';

const notAllowed = '42501';

/** Proposes an activity to the consultant; I become its host. The same form sent twice is one proposal. */
export async function proposeActivity(db: Db, blockId: string, input: ActivityInput) {
  const activity = { id: input.id, block_id: blockId, ...columns(input) };
  const answer = await db.rpc('propose_activity', { activity, ...datesOf(input) });
  if (answer.error?.code === notAllowed) return 'not_member';
  return rows(answer) ?? 'not_member';
}

export const declineActivity = async (db: Db, activityId: string, reason: string) =>
  rows(await db.rpc('decline_activity', { activity_id: activityId, reason }));

/** False when there is no proposal of mine that has not been approved. */
export async function takeBackProposal(db: Db, id: string): Promise<boolean> {
  const query = db.from('activities').delete().eq('id', id).in('status', ['proposed', 'declined']);
  return rows(await query.select('id')).length > 0;
}

/** Makes the consultant the only one who runs the activity. False when nobody else did, or I may not. */
export async function endHosting(db: Db, activityId: string): Promise<boolean> {
  const query = db.from('activity_hosts').delete().eq('activity_id', activityId);
  return rows(await query.select('activity_id')).length > 0;
}

/** Ends my hosting; the consultant runs it. False when I host no such upcoming activity. */
export const stopHosting = async (db: Db, activityId: string): Promise<boolean> =>
  rows(await db.rpc('stop_hosting', { activity_id: activityId })) ?? false;

/** What I host and is not over, newest first, at most 50. */
export async function listHosted(
  db: Db,
  personId: string,
  now: Date,
): Promise<{ activity: Happening; slug: string }[]> {
  const query = db
    .from('activities')
    .select(
      `${summary}, is_mine_to_run, block:blocks (slug), activity_hosts!inner (person_id), activity_sessions (${dates})`,
    )
    .eq('activity_hosts.person_id', personId)
    .order('created_at', { ascending: false })
    .order('starts_at', { referencedTable: 'activity_sessions' })
    .limit(500, { referencedTable: 'activity_sessions' });
  return rows(await query.limit(50))
    .filter((row) => row.is_mine_to_run)
    .map((row) => ({ activity: toHappening(row), slug: row.block.slug }))
    .filter(({ activity }) => isStillHosted(activity, now));
}

/** The names of the hosts of an activity. Empty for everybody but the consultant. */
export async function listHostNames(db: Db, activityId: string): Promise<string[]> {
  const query = db
    .from('activity_hosts')
    .select('person:people (display_name)')
    .eq('activity_id', activityId);
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- row-level security may hide the person
  return rows(await query.limit(10)).flatMap(({ person }) => person?.display_name ?? []);
}

import type { Json, TablesInsert } from '~/lib/database.types.ts';
import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { Activity } from './activities.ts';
import { readDates, type ActivityInput } from './write/activity-form.ts';
import {
  dates,
  details,
  seriesColumns,
  toDetails,
  toHappening,
  toSeries,
} from './activity-rows.ts';
import { isSeen, readSeries } from './write/series-form.ts';
import { seriesJson } from './repeat/series.server.ts';
import { momentOf, usualParty } from './write/signup-form.ts';

const notAllowed = '42501';

/** One activity of this building with its dates, the last 100 of those that are over; null when I may see none. */
export async function findActivity(
  db: Db,
  blockId: string,
  id: string,
  now = new Date(),
): Promise<Activity | null> {
  if (!isId(id)) return null;
  const query = db
    .from('activities')
    .select(
      `${details}, series:activity_series (${seriesColumns}), coming:activity_sessions (${dates}), earlier:activity_sessions (${dates})`,
    )
    .eq('id', id)
    .eq('block_id', blockId)
    .gt('coming.ends_at', now.toISOString())
    .order('starts_at', { referencedTable: 'coming' })
    .limit(800, { referencedTable: 'coming' })
    .lte('earlier.ends_at', now.toISOString())
    .order('starts_at', { referencedTable: 'earlier', ascending: false })
    .limit(100, { referencedTable: 'earlier' });
  const [row] = rows(await query.limit(1));
  if (!row) return null;
  const activity_sessions = [...row.earlier.toReversed(), ...row.coming];
  const [series] = row.series;
  return {
    ...toHappening({ ...row, activity_sessions }),
    ...toDetails(row),
    series: series ? toSeries(series) : null,
  };
}

/** The common places of a building, for the form. */
export async function listPlaces(db: Db, blockId: string) {
  const query = db.from('places').select('id, name').eq('block_id', blockId);
  return rows(
    await query
      .in('kind', ['common_room', 'laundry', 'cellar', 'yard'])
      .order('position')
      .limit(100),
  );
}

/** Makes a draft. The same form sent twice is one draft. False when I may not. */
export async function createActivity(
  db: Db,
  blockId: string,
  input: ActivityInput,
): Promise<boolean> {
  const activity = { id: input.id, block_id: blockId, ...columns(input) };
  const answer = await db.rpc('create_activity', {
    activity,
    ...datesOf({ ...input, seenSeries: null }),
  });
  if (answer.error?.code === notAllowed) return false;
  rows(answer);
  return true;
}

/** Changes an activity, unless somebody else did since the form was opened. */
export async function changeActivity(db: Db, input: ActivityInput) {
  return rows(
    await db.rpc('change_activity', {
      activity_id: input.id,
      seen_version: input.version ?? 0,
      activity: columns(input),
      ...datesOf(input),
    }),
  );
}

export const publishActivity = async (db: Db, activityId: string) =>
  rows(await db.rpc('publish_activity', { activity_id: activityId }));

export const cancelActivity = async (db: Db, activityId: string, reason: string) =>
  rows(await db.rpc('cancel_activity', { activity_id: activityId, reason }));

/** False when there is no such draft that I may delete. */
export async function deleteDraft(db: Db, id: string): Promise<boolean> {
  return rows(await db.from('activities').delete().eq('id', id).select('id')).length > 0;
}

export const columns = (input: ActivityInput) =>
  ({
    kind: input.kind,
    title: input.title,
    body: input.body,
    audience: input.audience,
    place_id: input.placeId ?? null,
    whereabouts: input.whereabouts,
    host: input.host,
    what_to_expect: input.whatToExpect,
    food: input.food,
    languages: input.languages,
    step_free: input.stepFree ? input.stepFree === 'yes' : null,
    is_public: input.isPublic === 'true',
    for_whom: input.forWhom,
    capacity: input.capacity ?? null,
    max_party: input.maxParty ?? usualParty,
    signup_opens_at: momentOf(input, 'opens')?.toISOString() ?? null,
    signup_closes_at: momentOf(input, 'closes')?.toISOString() ?? null,
    signoff_closes_at: momentOf(input, 'signoff')?.toISOString() ?? null,
  }) satisfies Omit<TablesInsert<'activities'>, 'block_id'>;

/** Single dates or a series; neither when the form was opened with this very series: then its dates stay. */
export function datesOf(input: ActivityInput): { sessions: Json; series?: Json } {
  if (input.dating !== 'series') return { sessions: sessionsOf(input) };
  const { series } = readSeries(input);
  const isUnchanged = series && isSeen(series, input.seenSeries ?? null);
  return { sessions: null, ...(!isUnchanged && { series: seriesJson(series, new Date()) }) };
}

const sessionsOf = (input: ActivityInput): Json =>
  readDates(input).sessions.map((session) => ({
    id: session.id || null,
    starts_at: session.startsAt.toISOString(),
    ends_at: session.endsAt.toISOString(),
    is_cancelled: session.isCancelled,
  }));

import type { Json, TablesInsert } from '~/lib/database.types.ts';
import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import type { Activity, ActivityKind, AudienceGroup, Happening } from './activities.ts';
import { readDates, type ActivityInput } from './activity-form.ts';
import {
  dates,
  details,
  seriesColumns,
  summary,
  toDetails,
  toHappening,
  toSeries,
  toUpcoming,
} from './activity-rows.ts';
import { collapse } from './schedule.ts';
import { isSeen, readSeries } from './series-form.ts';
import { seriesJson } from './series.server.ts';
import { momentOf, usualParty } from './signup-form.ts';

const notAllowed = '42501';

/** A session lasts 14 days at most (a check of the table), so what still goes on began after this. */
const longestAgo = (now: Date) => new Date(now.getTime() - 14 * 86_400_000).toISOString();

/** What lists show; a consultant and a host may also see what is not or not yet published. */
const shown = ['published', 'cancelled'] as const;

interface ListOptions {
  limit: number;
  now: Date;
  /** Dates that begin before this; without it all that come. */
  until?: Date | undefined;
  kind?: ActivityKind | undefined;
  /** Only what is made for this group; what is for everybody is not. */
  group?: AudienceGroup | undefined;
}

/** The next dates in a building, soonest first, and whether there are more than `limit`. */
export async function listUpcomingSessions(db: Db, blockId: string, options: ListOptions) {
  const { limit, now, until, kind, group } = options;
  let query = db
    .from('activity_sessions')
    .select(`${dates}, activity:activities!inner (${summary})`)
    .eq('block_id', blockId)
    .in('activity.status', shown)
    .gt('starts_at', longestAgo(now))
    .gt('ends_at', now.toISOString())
    .order('starts_at')
    .order('id')
    .limit(limit + 1);
  if (until) query = query.lt('starts_at', until.toISOString());
  if (kind) query = query.eq('activity.kind', kind);
  if (group) query = query.contains('activity.for_whom', [group]);
  const found = rows(await query) ?? [];
  return { sessions: found.slice(0, limit).map(toUpcoming), hasMore: found.length > limit };
}

/** What begins from `after` on, each activity once at its first date, soonest first, and whether there are more than `limit`. */
export async function listLater(
  db: Db,
  blockId: string,
  after: Date,
  { limit, kind, group }: Omit<ListOptions, 'now' | 'until'>,
) {
  let query = db
    .rpc('first_sessions', { block_id: blockId, after: after.toISOString() })
    .select(`${dates}, activity:activities!inner (${summary})`)
    .in('activity.status', shown)
    .order('starts_at')
    .order('id')
    .limit(limit + 1);
  if (kind) query = query.eq('activity.kind', kind);
  if (group) query = query.contains('activity.for_whom', [group]);
  const found = rows(await query) ?? [];
  return { sessions: found.slice(0, limit).map(toUpcoming), hasMore: found.length > limit };
}

/** The next activities in a building, each once with its next dates. */
export async function listUpcoming(
  db: Db,
  blockId: string,
  { limit, ...options }: ListOptions,
): Promise<Happening[]> {
  // Daily coffee has many dates before the next thing comes: read more dates than activities.
  const { sessions } = await listUpcomingSessions(db, blockId, { ...options, limit: limit * 15 });
  return collapse(sessions).slice(0, limit);
}

/**
 * What comes in a building, each activity once with its next three dates, soonest first, at most 200: something that repeats
 * every day hides nothing that comes after it.
 */
export async function listComing(db: Db, blockId: string, now: Date): Promise<Happening[]> {
  const query = db
    .from('activities')
    .select(`${summary}, activity_sessions!inner (${dates})`)
    .eq('block_id', blockId)
    .in('status', ['published', 'cancelled'])
    .gt('activity_sessions.starts_at', longestAgo(now))
    .gt('activity_sessions.ends_at', now.toISOString())
    .order('created_at', { ascending: false })
    .order('starts_at', { referencedTable: 'activity_sessions' })
    .limit(3, { referencedTable: 'activity_sessions' });
  return (rows(await query.limit(200)) ?? [])
    .map(toHappening)
    .sort((a, b) => startOf(a) - startOf(b));
}

const startOf = ({ sessions }: Happening) => sessions[0]?.startsAt.getTime() ?? 0;

/** What has been, latest first: the activities of the last 60 dates. */
export async function listPast(db: Db, blockId: string, now: Date): Promise<Happening[]> {
  const query = db
    .from('activity_sessions')
    .select(`${dates}, activity:activities!inner (${summary})`)
    .eq('block_id', blockId)
    .in('activity.status', shown)
    .lt('ends_at', now.toISOString())
    .lt('starts_at', now.toISOString())
    .order('starts_at', { ascending: false });
  return collapse((rows(await query.limit(60)) ?? []).map(toUpcoming));
}

/** The drafts of a building, newest first, at most 50. Only its consultant gets any. */
export async function listDrafts(db: Db, blockId: string): Promise<Happening[]> {
  const query = db
    .from('activities')
    .select(`${summary}, activity_sessions (${dates})`)
    .eq('block_id', blockId)
    .eq('status', 'draft')
    .order('created_at', { ascending: false })
    .order('starts_at', { referencedTable: 'activity_sessions' })
    .limit(20, { referencedTable: 'activity_sessions' });
  return (rows(await query.limit(50)) ?? []).map(toHappening);
}

/** One activity of this building with its dates, the last 100 of those that are over; null when there is none that I may see. */
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
  const [row] = rows(await query.limit(1)) ?? [];
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
  return (
    rows(
      await query
        .in('kind', ['common_room', 'laundry', 'cellar', 'yard'])
        .order('position')
        .limit(100),
    ) ?? []
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
  return (rows(await db.from('activities').delete().eq('id', id).select('id')) ?? []).length > 0;
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

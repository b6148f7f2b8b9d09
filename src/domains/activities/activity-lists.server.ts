import { periods } from '~/lib/numbers.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { milliseconds } from '~/lib/time.ts';
import type { ActivityKind, AudienceGroup, Happening } from './activities.ts';
import { dates, summary, toHappening, toUpcoming } from './activity-rows.ts';
import { collapse } from './schedule.ts';

/** What still goes on began after this. */
const longestAgo = (now: Date) =>
  new Date(now.getTime() - milliseconds(periods.session)).toISOString();

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
    .is('activity.hidden_at', null)
    .gt('starts_at', longestAgo(now))
    .gt('ends_at', now.toISOString())
    .order('starts_at')
    .order('id')
    .limit(limit + 1);
  if (until) query = query.lt('starts_at', until.toISOString());
  if (kind) query = query.eq('activity.kind', kind);
  if (group) query = query.contains('activity.for_whom', [group]);
  const found = rows(await query);
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
    .is('activity.hidden_at', null)
    .order('starts_at')
    .order('id')
    .limit(limit + 1);
  if (kind) query = query.eq('activity.kind', kind);
  if (group) query = query.contains('activity.for_whom', [group]);
  const found = rows(await query);
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
    .in('status', shown)
    .is('hidden_at', null)
    .gt('activity_sessions.starts_at', longestAgo(now))
    .gt('activity_sessions.ends_at', now.toISOString())
    .order('created_at', { ascending: false })
    .order('starts_at', { referencedTable: 'activity_sessions' })
    .limit(3, { referencedTable: 'activity_sessions' });
  return rows(await query.limit(200))
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
    .is('activity.hidden_at', null)
    .lt('ends_at', now.toISOString())
    .lt('starts_at', now.toISOString())
    .order('starts_at', { ascending: false });
  return collapse(rows(await query.limit(60)).map(toUpcoming));
}

/** What is not published yet: drafts newest first, proposals in the order they came; at most 50. Only the consultant gets all. */
export async function listUnpublished(
  db: Db,
  blockId: string,
  status: 'draft' | 'proposed',
): Promise<Happening[]> {
  const query = db
    .from('activities')
    .select(`${summary}, activity_sessions (${dates})`)
    .eq('block_id', blockId)
    .eq('status', status)
    .order('created_at', { ascending: status === 'proposed' })
    .order('starts_at', { referencedTable: 'activity_sessions' })
    .limit(20, { referencedTable: 'activity_sessions' });
  return rows(await query.limit(50)).map(toHappening);
}

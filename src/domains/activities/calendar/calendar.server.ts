import { isId } from '~/lib/forms.ts';
import { periods } from '~/lib/numbers.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { milliseconds } from '~/lib/time.ts';
import { whereOf } from '~/domains/activities/activities.ts';
import type { Field } from './calendar.ts';
import type { CalendarDate } from './ics.ts';

const day = 86_400_000; // ms
/** The most dates of a calendar file. */
const most = 1000;
const told = ['published', 'cancelled'] as const;

const columns =
  'id, starts_at, ends_at, cancelled_at, note, sequence, activity:activities!inner (id, title, body, status, cancel_reason, version, whereabouts, place:places (name))' as const;

interface Row {
  id: string;
  starts_at: string;
  ends_at: string;
  cancelled_at: string | null;
  note: string | null;
  sequence: number;
  activity: {
    id: string;
    title: string;
    body: string | null;
    status: string;
    cancel_reason: string | null;
    version: number;
    whereabouts: string | null;
    place: { name: string } | null;
  };
}

/** The full address of an activity's page, for a calendar. */
type UrlOf = (activityId: string) => string;

const toDate = ({ activity, ...session }: Row, urlOf: UrlOf): CalendarDate => ({
  sessionId: session.id,
  startsAt: new Date(session.starts_at),
  endsAt: new Date(session.ends_at),
  isCancelled: session.cancelled_at !== null || activity.status === 'cancelled',
  sequence: session.sequence + activity.version,
  title: activity.title,
  body: activity.body,
  where: whereOf({ placeName: activity.place?.name ?? null, whereabouts: activity.whereabouts }),
  note: activity.cancel_reason ?? session.note,
  url: urlOf(activity.id),
});

/** What everybody may read in a building, from the recent past to a year ahead; for calendar subscriptions. */
export async function listPublicDates(
  db: Db,
  blockId: string,
  { now, urlOf }: { now: Date; urlOf: UrlOf },
): Promise<CalendarDate[]> {
  const query = db
    .from('activity_sessions')
    .select(columns)
    .eq('block_id', blockId)
    .eq('activity.is_public', true)
    .in('activity.status', told)
    .gt('starts_at', new Date(now.getTime() - milliseconds(periods.calendar_back)).toISOString())
    .lt('starts_at', new Date(now.getTime() + 366 * day).toISOString())
    .order('starts_at')
    .order('id')
    .limit(most);
  return rows(await query).map((row) => toDate(row, urlOf));
}

/** All dates of one activity that I may see; none when there is no such activity. */
export async function listDatesOf(
  db: Db,
  blockId: string,
  activityId: string,
  urlOf: UrlOf,
): Promise<CalendarDate[]> {
  if (!isId(activityId)) return [];
  const query = db
    .from('activity_sessions')
    .select(columns)
    .eq('activity_id', activityId)
    .eq('block_id', blockId)
    .in('activity.status', told)
    .order('starts_at')
    .limit(most);
  return rows(await query).map((row) => toDate(row, urlOf));
}

/** What I may see in a building that touches these days. */
export async function listFields(
  db: Db,
  blockId: string,
  { from, to }: { from: Date; to: Date },
): Promise<Field[]> {
  const query = db
    .from('activity_sessions')
    .select(
      'starts_at, ends_at, cancelled_at, activity:activities!inner (id, title, status)' as const,
    )
    .eq('block_id', blockId)
    .in('activity.status', told)
    .gt('starts_at', new Date(from.getTime() - milliseconds(periods.session)).toISOString())
    .gt('ends_at', from.toISOString())
    .lt('starts_at', to.toISOString())
    .order('starts_at')
    .limit(most);
  return rows(await query).map(({ activity, ...session }) => ({
    activityId: activity.id,
    title: activity.title,
    startsAt: new Date(session.starts_at),
    endsAt: new Date(session.ends_at),
    isCancelled: session.cancelled_at !== null || activity.status === 'cancelled',
  }));
}

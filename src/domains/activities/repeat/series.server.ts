import type { Json } from '~/lib/database.types.ts';
import { isId } from '~/lib/forms.ts';
import { rows, type Db } from '~/lib/supabase.ts';
import { osloDay, osloInstant } from '~/lib/time.ts';
import type { ActivityDate } from '~/domains/activities/activities.ts';
import {
  dates,
  seriesColumns,
  summary,
  toSeries,
  toSession,
  toSummary,
} from '~/domains/activities/activity-rows.ts';
import type { MoveInput } from '~/domains/activities/write/series-form.ts';
import { daysAhead, daysOf, horizon, moveFrom, type Following } from './series-days.ts';
import { addDays, daysBetween, type Series } from '~/domains/activities/series.ts';

/** What create_activity and change_activity take; null: single dates. */
export function seriesJson(series: Series | null, now: Date): Json {
  if (!series) return null;
  const { days, madeUntil } = daysAhead(series, now);
  return { ...seriesRow(series), days, made_until: madeUntil };
}

const seriesRow = ({ rrule, startsOn, from, to, extraDays }: Series) => ({
  rrule,
  starts_on: startsOn,
  starts_clock: from,
  ends_clock: to,
  extra_days: extraDays,
});

/** One date of an activity of this building that I run, with its series; null when there is none. */
export async function findDate(
  db: Db,
  blockId: string,
  activityId: string,
  sessionId: string,
): Promise<ActivityDate | null> {
  if (!isId(activityId) || !isId(sessionId)) return null;
  const query = db
    .from('activity_sessions')
    .select(
      `${dates}, recurs_on, activity:activities!inner (${summary}, is_mine_to_run, dates:activity_sessions (count), series:activity_series (${seriesColumns}, made_until))`,
    )
    .eq('id', sessionId)
    .eq('activity_id', activityId)
    .eq('block_id', blockId);
  const [row] = rows(await query.limit(1));
  if (row?.activity.is_mine_to_run !== true) return null;
  const [series] = row.activity.series;
  return {
    session: toSession(row),
    activity: toSummary(row.activity),
    recursOn: row.recurs_on,
    series: series ? toSeries(series) : null,
    madeUntil: series?.made_until ?? null,
    hasFollowing: series ? row.recurs_on !== null : (row.activity.dates[0]?.count ?? 0) > 1,
  };
}

const moment = ({ day, endDay, from, to }: MoveInput) => ({
  starts_at: osloInstant(day, from).toISOString(),
  ends_at: osloInstant(endDay ?? day, to).toISOString(),
});

/** Moves one date; the others stay. */
export const moveDate = async (db: Db, input: MoveInput) =>
  rows(
    await db.rpc('move_session', {
      session_id: input.sessionId,
      ...moment(input),
      note: input.note ?? '',
    }),
  );

/** Moves a date and all that follow; `impossible` when no rule of ours says where they go. */
export async function moveFollowing(db: Db, date: ActivityDate, input: MoveInput) {
  const following = date.series ? followingOf(date, date.series, input) : null;
  if (date.series && !following) return 'impossible' as const;
  return rows(
    await db.rpc('move_following', {
      session_id: input.sessionId,
      ...moment(input),
      note: input.note ?? '',
      ...(following && {
        series: {
          ...seriesRow(following.series),
          moves: following.moves,
          seen_rrule: date.series!.rrule,
          seen_until: date.madeUntil,
        },
      }),
    }),
  );
}

function followingOf(
  { recursOn, madeUntil }: ActivityDate,
  series: Series,
  { day, endDay, from, to }: MoveInput,
): Following | null {
  if (!recursOn || !madeUntil) return null;
  const clock = { from, to, extraDays: daysBetween(day, endDay ?? day) };
  return moveFrom(series, { oldDay: recursOn, newDay: day, madeUntil }, clock);
}

/** Cancels one date, or it and all that follow, which ends the series. */
export const cancelDate = async (
  db: Db,
  { sessionId, note, scope }: { sessionId: string; note: string | null; scope: string },
) =>
  rows(
    await db.rpc(scope === 'one' ? 'cancel_session' : 'cancel_following', {
      session_id: sessionId,
      note: note ?? '',
    }),
  );

export const restoreDate = async (db: Db, sessionId: string) =>
  rows(await db.rpc('restore_session', { session_id: sessionId }));

/** Dates are made again for a month when a month of the year ahead is used up. */
const slack = 30;

/** Makes the dates ahead of all series that are short of them. Safe to run twice and by several servers at once. Returns how many. */
export async function extendSeries(service: Db, now: Date): Promise<number> {
  const until = addDays(osloDay(now), horizon);
  const due = rows(await service.rpc('due_series', { until: addDays(until, -slack) }));
  for (const { activity_id, rrule, starts_on, made_until } of due) {
    const days = daysOf({ rrule, startsOn: starts_on }, addDays(made_until, 1), until);
    rows(await service.rpc('extend_series', { activity_id, rrule, days, until }));
  }
  return due.length;
}

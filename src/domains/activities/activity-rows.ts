import { toHidden } from '~/domains/moderation/moderation.ts';
import type { Tables } from '~/lib/database.types.ts';
import type { ActivitySummary, Happening, Session } from './activities.ts';
import type { UpcomingSession } from './schedule.ts';
import type { Series } from './series.ts';

/** The columns each kind of answer selects; their rows are made into plain objects below. */
export const summary =
  'id, kind, title, audience, for_whom, whereabouts, is_public, status, cancel_reason, capacity, signed_up_count, offered_count, waitlisted_count, place:places (name)' as const;
export const dates = 'id, starts_at, ends_at, cancelled_at, is_moved, note' as const;
export const seriesColumns = 'rrule, starts_on, starts_clock, ends_clock, extra_days' as const;
export const details =
  `${summary}, place_id, body, host, what_to_expect, food, languages, step_free, max_party, signup_opens_at, signup_closes_at, signoff_closes_at, slug, decline_reason, version, is_mine_to_run, hidden_at, hidden_by, hidden_reason` as const;

type SessionRow = Pick<
  Tables<'activity_sessions'>,
  'id' | 'starts_at' | 'ends_at' | 'cancelled_at' | 'is_moved' | 'note'
>;
type SummaryRow = Pick<
  Tables<'activities'>,
  | 'id'
  | 'kind'
  | 'title'
  | 'audience'
  | 'for_whom'
  | 'whereabouts'
  | 'is_public'
  | 'status'
  | 'cancel_reason'
  | 'capacity'
  | 'signed_up_count'
  | 'offered_count'
  | 'waitlisted_count'
> & { place: { name: string } | null };

const moment = (at: string | null) => (at ? new Date(at) : null);

export const toSession = (row: SessionRow): Session => ({
  id: row.id,
  startsAt: new Date(row.starts_at),
  endsAt: new Date(row.ends_at),
  isCancelled: row.cancelled_at !== null,
  isMoved: row.is_moved,
  note: row.note,
});

export const toSummary = (row: SummaryRow): ActivitySummary => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  audience: row.audience,
  forWhom: row.for_whom,
  placeName: row.place?.name ?? null,
  whereabouts: row.whereabouts,
  isPublic: row.is_public,
  status: row.status,
  cancelReason: row.cancel_reason,
  capacity: row.capacity,
  signedUpCount: row.signed_up_count,
  offeredCount: row.offered_count,
  waitlistedCount: row.waitlisted_count,
});

export const toSeries = (
  row: Pick<
    Tables<'activity_series'>,
    'rrule' | 'starts_on' | 'starts_clock' | 'ends_clock' | 'extra_days'
  >,
): Series => ({
  rrule: row.rrule,
  startsOn: row.starts_on,
  from: row.starts_clock.slice(0, 5),
  to: row.ends_clock.slice(0, 5),
  extraDays: row.extra_days,
});

export const toUpcoming = ({
  activity,
  ...session
}: SessionRow & { activity: SummaryRow }): UpcomingSession => ({
  activity: toSummary(activity),
  session: toSession(session),
});

export const toHappening = (row: SummaryRow & { activity_sessions: SessionRow[] }): Happening => ({
  ...toSummary(row),
  sessions: row.activity_sessions.map(toSession),
});

export const toDetails = (
  row: Omit<Tables<'activities'>, 'created_at' | 'block_id' | 'was_hosted'>,
) => ({
  placeId: row.place_id,
  body: row.body,
  host: row.host,
  whatToExpect: row.what_to_expect,
  food: row.food,
  languages: row.languages,
  stepFree: row.step_free,
  maxParty: row.max_party,
  signupOpensAt: moment(row.signup_opens_at),
  signupClosesAt: moment(row.signup_closes_at),
  signoffClosesAt: moment(row.signoff_closes_at),
  slug: row.slug,
  declineReason: row.decline_reason,
  version: row.version,
  isMineToRun: row.is_mine_to_run === true,
  hidden: toHidden(row),
});

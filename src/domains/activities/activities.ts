import type { Hidden } from '~/domains/moderation/moderation.ts';
import type { Enums } from '~/lib/database.types.ts';
import type { Series } from './series.ts';

export type ActivityKind = Enums<'activity_kind'>;
type ActivityStatus = Enums<'activity_status'>;
export type AudienceGroup = Enums<'audience_group'>;
export type SignupStatus = Enums<'signup_status'>;

/** How a kind stands in the address: `?type=kurs`. The order is that of the filter and the form. */
export const kindSlugs = {
  drop_in: 'dropp-inn',
  event: 'arrangement',
  course: 'kurs',
  meeting: 'mote',
  trip: 'tur',
} as const satisfies Record<ActivityKind, string>;
export const kinds = Object.keys(kindSlugs) as ActivityKind[];
export const kindOf = (slug: string | null): ActivityKind | undefined =>
  kinds.find((kind) => kindSlugs[kind] === slug);

/** One date of an activity. */
export interface Session {
  id: string;
  startsAt: Date;
  endsAt: Date;
  isCancelled: boolean;
  /** Moved by hand from what the series says. */
  isMoved: boolean;
  /** Why it was moved or cancelled. */
  note: string | null;
}

/** What a card says about an activity. */
export interface ActivitySummary {
  id: string;
  kind: ActivityKind;
  title: string;
  audience: string | null;
  placeName: string | null;
  whereabouts: string | null;
  isPublic: boolean;
  forWhom: AudienceGroup[];
  status: ActivityStatus;
  cancelReason: string | null;
  /** Null: nobody needs to sign up. */
  capacity: number | null;
  signedUpCount: number;
  offeredCount: number;
  waitlistedCount: number;
}

/** An activity with those of its dates that a list shows, soonest first; never without one. */
export interface Happening extends ActivitySummary {
  sessions: Session[];
}

export interface Activity extends Happening {
  /** The rule its dates are made by; null: single dates. */
  series: Series | null;
  placeId: string | null;
  body: string | null;
  host: string | null;
  whatToExpect: string | null;
  food: string | null;
  languages: string | null;
  stepFree: boolean | null;
  /** How many one sign-up may be for. */
  maxParty: number;
  signupOpensAt: Date | null;
  signupClosesAt: Date | null;
  signoffClosesAt: Date | null;
  /** The short name in printed addresses. */
  slug: string;
  declineReason: string | null;
  /** I am the building's consultant, or I host it. */
  isMineToRun: boolean;
  /** Away from its readers; only who runs it sees such a one. */
  hidden: Hidden | null;
  version: number;
}

/** One date for those who run it, with what it belongs to. */
export interface ActivityDate {
  session: Session;
  activity: ActivitySummary;
  series: Series | null;
  /** The day that the series gave it, also when it was moved. */
  recursOn: string | null;
  /** How far the series has made dates. */
  madeUntil: string | null;
  /** "All that follow" means something: not where there is one date, or where this one left its series. */
  hasFollowing: boolean;
}

/** The states in which somebody has a place, is held one, or waits. */
export const liveStatuses = [
  'signed_up',
  'offered',
  'waitlisted',
] as const satisfies SignupStatus[];

/** My sign-up, live or lapsed; `placeInLine` 1 is the next to get in. */
export interface MySignup {
  status: SignupStatus;
  /** How many it is for, myself included. */
  partySize: number;
  /** Until when a place is held for me. */
  offerExpiresAt: Date | null;
  placeInLine: number | null;
}

/** Somebody on the consultant's list. */
export interface Participant {
  id: string;
  name: string | null;
  hasAccount: boolean;
  partySize: number;
  status: SignupStatus;
  /** Why it is in this state. */
  reason: Enums<'signup_reason'> | null;
  actor: Enums<'signup_actor'> | null;
  createdAt: Date;
  signedUpAt: Date | null;
  offerExpiresAt: Date | null;
  endedAt: Date | null;
  /** How many of the party came to the date that was asked about. */
  presentCount: number | null;
}

/** Places that are neither taken nor held for somebody; never under 0. */
export const freePlaces = ({
  capacity,
  signedUpCount,
  offeredCount,
}: Pick<ActivitySummary, 'capacity' | 'signedUpCount' | 'offeredCount'>) =>
  Math.max(0, (capacity ?? 0) - signedUpCount - offeredCount);

/** Places that a newcomer can get now; null when nobody needs to sign up. */
export function placesLeft(activity: ActivitySummary): number | null {
  if (activity.capacity === null) return null;
  return activity.waitlistedCount > 0 ? 0 : freePlaces(activity);
}

/** No date left: all are over or cancelled. */
export const isOver = ({ sessions }: { sessions: Session[] }, now: Date) =>
  !sessions.some(({ endsAt, isCancelled }) => !isCancelled && endsAt > now);

/** How sign-up stands for a newcomer; 'none': there is nothing to sign up for. The database decides again. */
export type SignupState = 'none' | 'not_open_yet' | 'open' | 'closed';
export function signupState(activity: Activity, now: Date): SignupState {
  const { status, capacity, sessions, signupOpensAt, signupClosesAt } = activity;
  if (status !== 'published' || capacity === null || isOver(activity, now)) return 'none';
  if (signupOpensAt && signupOpensAt > now) return 'not_open_yet';
  if (signupClosesAt && signupClosesAt <= now) return 'closed';
  // Nobody joins what goes on right now.
  return sessions.some((one) => !one.isCancelled && one.startsAt > now) ? 'open' : 'closed';
}

/** A held place whose time is out is gone, also in the minute before the server has noticed. */
export const hasLapsed = ({ status, offerExpiresAt }: MySignup, now: Date) =>
  status === 'lapsed' || (status === 'offered' && offerExpiresAt !== null && offerExpiresAt <= now);

/** Until when I may give up my place myself; later, and when it has begun, the consultant does. */
export const mayCancel = ({ signoffClosesAt }: Activity, { status }: MySignup, now: Date) =>
  status !== 'signed_up' || !signoffClosesAt || signoffClosesAt > now;

/** Where, in one line. */
export const whereOf = ({
  placeName,
  whereabouts,
}: Pick<ActivitySummary, 'placeName' | 'whereabouts'>) =>
  [placeName, whereabouts].filter(Boolean).join(', ') || null;

/** Cancelled as a whole, or every one of these dates is. */
export const isCalledOff = ({ status, sessions }: Happening) =>
  status === 'cancelled' || (sessions.length > 0 && sessions.every((one) => one.isCancelled));

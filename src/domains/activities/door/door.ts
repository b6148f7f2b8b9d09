import { z } from 'astro/zod';
import type { Enums } from '~/lib/database.types.ts';
import { id, line, text } from '~/lib/forms.ts';
import { lengths, ranges } from '~/lib/numbers.ts';
import { osloClock, osloDay } from '~/lib/time.ts';
import {
  freePlaces,
  type Activity,
  type Participant,
  type Session,
} from '~/domains/activities/activities.ts';
import { ownLanguage } from '~/i18n/languages.ts';
import { comparing } from '~/lib/intl.ts';

/** How many one sign-up may be for when those who run the activity write it down; residents have `maxParty`. */
export const [, maxPartyByStaff] = ranges.signups.party_size;
const partyError = 'activities.behalf.party_invalid';
const partySize = z.coerce
  .number({ error: partyError })
  .int(partyError)
  .min(1, partyError)
  .max(maxPartyByStaff, partyError);
const firstName = line(lengths.signups.first_name);

/** `signupId` is drawn by the page: the form sent twice is one sign-up. */
export const signUpForForm = z
  .object({
    id: id(),
    signupId: id(),
    personId: id().nullish(),
    firstName: firstName.nullish(),
    partySize,
  })
  .refine(({ personId, firstName }) => !personId !== !firstName, {
    path: ['firstName'],
    error: 'activities.behalf.one_of_two',
  });
export type SignUpForInput = z.output<typeof signUpForForm>;

export const endSignupForm = z.object({ id: id(), signupId: id() });

/** The total, not the difference: sent twice it is the same. */
export const tickForm = z.object({
  sessionId: id(),
  signupId: id(),
  count: z.coerce.number().int().min(0).max(maxPartyByStaff),
});
export const walkInForm = z.object({
  id: id(),
  sessionId: id(),
  signupId: id(),
  firstName,
  partySize,
});

export const [, mostHeads] = ranges.head_counts.heads;
const headsError = 'activities.heads.invalid';
export const countHeadsForm = z.object({
  sessionId: id(),
  change: z.coerce.number().int().min(-100).max(100),
});
export const setHeadsForm = z.object({
  sessionId: id(),
  heads: text(6)
    .regex(/^\d+$/, headsError)
    .transform(Number)
    .refine((heads) => heads <= mostHeads, headsError),
});

/** A person of a building as the consultant chooses them from the list. */
export interface Resident {
  id: string;
  name: string;
  flat: string | null;
}

/** "Amina + 2": the one who signed up, and how many come along. */
export const partyName = (name: string, partySize: number) =>
  partySize > 1 ? `${name} + ${partySize - 1}` : name;

/** How many of the party came to the date that was asked about; whoever left the list may have come before. */
export const countPresent = (participants: Participant[]) =>
  participants.reduce((sum, { presentCount }) => sum + (presentCount ?? 0), 0);

/** Those to tick at the door, by name: who has a place, and who was ticked before they left the list. */
export function atTheDoor(participants: Participant[]): Participant[] {
  const byName = comparing(ownLanguage);
  return participants
    .filter(({ status, presentCount }) => status === 'signed_up' || presentCount)
    .toSorted((a, b) => byName(a.name ?? '', b.name ?? ''));
}

/** Why somebody who waits has no place, as it stands now. */
export type WaitReason = 'begun' | 'does_not_fit' | 'turn' | 'offered' | 'never_fitted' | 'full';

type Places = Pick<Activity, 'capacity' | 'signedUpCount' | 'offeredCount' | 'sessions'>;

export function whyWaiting(
  activity: Places,
  { partySize, reason }: Pick<Participant, 'partySize' | 'reason'>,
  now: Date,
): WaitReason {
  const { capacity, signedUpCount, sessions } = activity;
  if (!sessions.some(({ startsAt, isCancelled }) => !isCancelled && startsAt > now)) return 'begun';
  const free = freePlaces(activity);
  if (free > 0) return partySize > free ? 'does_not_fit' : 'turn';
  if (capacity !== null && partySize <= capacity - signedUpCount) return 'offered';
  return reason === 'does_not_fit' ? 'never_fitted' : 'full';
}

/** The states in which a sign-up is history. */
export const endedStatuses = [
  'cancelled',
  'declined',
  'lapsed',
] as const satisfies Enums<'signup_status'>[];

const dateName = /^(20\d\d-\d\d-\d\d)(?:-(\d\d)(\d\d))?$/;

/** The day and the time of a date's name in an address: `2026-11-24`, or `2026-11-24-1700`; null when it is invalid. */
export function readDateName(name: string): { day: string; clock: string | null } | null {
  const [, day, hour, minute] = dateName.exec(name) ?? [];
  if (!day || !z.iso.date().safeParse(day).success) return null;
  return { day, clock: hour ? `${hour}:${minute}` : null };
}

/** The name of a date in an address: its day in Oslo, with the clock when the day has several. */
export function nameOfDate({ startsAt }: Session, all: Session[]): string {
  const day = osloDay(startsAt);
  const isAlone = all.filter((one) => osloDay(one.startsAt) === day).length <= 1;
  return isAlone ? day : `${day}-${osloClock(startsAt).replace(':', '')}`;
}

/** The date of that name; of several on a day without a clock the first. */
export function findDate(sessions: Session[], name: string): Session | null {
  const wanted = readDateName(name);
  const onDay = sessions.filter(({ startsAt }) => osloDay(startsAt) === wanted?.day);
  if (!wanted?.clock) return onDay[0] ?? null;
  return onDay.find(({ startsAt }) => osloClock(startsAt) === wanted.clock) ?? null;
}

/** The date to open the door list for: what goes on or comes next, else the last one. */
export function doorDate(sessions: Session[], now: Date): Session | null {
  const held = sessions.filter(({ isCancelled }) => !isCancelled);
  const today = osloDay(now);
  return (
    held.find(({ startsAt, endsAt }) => endsAt > now || osloDay(startsAt) === today) ??
    held.at(-1) ??
    null
  );
}

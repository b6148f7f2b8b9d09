import { z } from 'astro/zod';
import { id, line, optionalText, text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import { password, userName } from '~/domains/residents/sign-in/sign-in.ts';
import type { Role } from '~/domains/residents/residents.ts';

/** One of the people in a flat, as the consultant sees them: no more than this is ever stored. */
export interface Member {
  id: string;
  displayName: string;
  role: Role;
  since: Date;
}

/** A member on the page of the flat: the user name of an account without e-mail, and whether the consultant may help them in. */
export interface FlatMember extends Member {
  userName: string | null;
  mayHelp: boolean;
}

export interface LiveCode {
  id: string;
  usesLeft: number;
  expiresAt: Date;
}

export interface Flat {
  id: string;
  name: string;
  stair: { id: string; name: string } | null;
  members: Member[];
  /** Codes that still work. */
  codes: LiveCode[];
}

/** Somebody asks to join; the flat is what they wrote. */
export interface OpenRequest {
  id: string;
  displayName: string;
  flat: string;
  askedAt: Date;
}

/** A role somebody was given, as the admin sees it. */
export interface Appointed {
  id: string;
  role: Role;
  /** Null covers all buildings. */
  blockId: string | null;
  since: Date;
}

export const membershipForm = z.object({ id: id() });
/** The reason, for somebody who is locked out or declined. */
export const lockOutForm = z.object({ id: id(), reason: text(300) });
export const declineRequestForm = z.object({ id: id(), reason: optionalText(300) });
export const flatForm = z.object({ flatId: id() });
export const decideForm = z.object({ id: id(), flatId: id() });
export const roleCodeForm = z.object({
  role: z.enum(['partner', 'observer', 'consultant', 'landlord', 'admin']),
  blockId: id().nullish(),
});
export const accountForm = z.object({
  id: id(),
  flatId: id(),
  displayName: line(lengths.people.display_name),
  userName,
  password,
});
export const deskPasswordForm = z.object({ id: id(), password });
export const slipRequestForm = z.object({ slipId: id(), membershipId: id() });

const plain = (text: string) => text.replace(/\s/g, '').toUpperCase();

/** More flats than this are not listed before somebody looks for one. */
const longList = 40;
/** Stands in the address where a stair can stand. */
export const everyStair = 'alle';

/** The flats of a search by stair and by the start of the number; without one, those in use where there are many. */
export function flatsToShow<F extends Pick<Flat, 'name' | 'stair' | 'members' | 'codes'>>(
  flats: F[],
  search: string,
  stairId: string | null,
): F[] {
  if (!search && !stairId && flats.length > longList)
    return flats.filter(({ members, codes }) => members.length > 0 || codes.length > 0);
  const inStair = (stair: Flat['stair']) =>
    !stairId || stairId === everyStair || stair?.id === stairId;
  return flats.filter(({ name, stair }) => plain(name).startsWith(plain(search)) && inStair(stair));
}

/** The flat that the writer means, when there is one with exactly that name. */
export function flatMeant<F extends { name: string }>(flats: F[], written: string): F | null {
  const wanted = plain(written);
  return flats.find(({ name }) => plain(name) === wanted) ?? null;
}

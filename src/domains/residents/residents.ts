import { z } from 'astro/zod';
import type { Locale } from '~/i18n/index.ts';
import type { Enums } from '~/lib/database.types.ts';
import { id, line, storable } from '~/lib/forms.ts';

export type Role = Enums<'member_role'>;

/** What somebody is in one building; `block` is null for a role that covers all buildings. */
export interface Membership {
  id: string;
  role: Role;
  block: { id: string; slug: string; name: string } | null;
  flat: { id: string; name: string } | null;
}

/** One of the people in a flat, as the consultant sees them: no more than this is ever stored. */
export interface Member {
  id: string;
  displayName: string;
  role: Role;
  since: Date;
}

/** The signed-in person. Rights are decided by the database; this only chooses what a page offers. */
export interface Person {
  id: string;
  email: string;
  displayName: string;
  locale: Locale;
  memberships: Membership[];
}

/** Whether the person has one of the roles in this building (or in all). */
export function hasRole(person: Person | null, blockId: string | null, ...roles: Role[]): boolean {
  return (
    person?.memberships.some(
      ({ role, block }) => roles.includes(role) && (block === null || block.id === blockId),
    ) ?? false
  );
}

/** The person's flat in this building. */
export const flatIn = (person: Person | null, blockId: string) =>
  person?.memberships.find(({ block, flat }) => block?.id === blockId && flat)?.flat ?? null;

/** A code as printed in the letter; how it may be typed is decided in SQL (spaces, dashes, case, O/0, I/1). */
const code = z
  .string({ error: 'form.required' })
  .trim()
  .min(1, 'form.required')
  .max(40, 'residents.code.wrong')
  .regex(storable, 'residents.code.wrong');
/** Phones add a space after an address they complete. */
const email = z
  .string({ error: 'form.required' })
  .trim()
  .max(120, 'form.too_long')
  .pipe(z.email({ error: 'residents.email_invalid' }));
/** At least 8 signs, as Supabase Auth demands; bcrypt reads no more than 72 bytes. */
const password = z
  .string({ error: 'form.required' })
  .min(8, 'residents.password_short')
  .max(72, 'residents.password_long')
  .regex(storable, 'form.invalid')
  .refine((typed) => new TextEncoder().encode(typed).length <= 72, 'residents.password_long');
const displayName = line(40);

export const signInForm = z.object({
  email: z
    .string({ error: 'form.required' })
    .trim()
    .max(120, 'form.too_long')
    .regex(storable, 'form.invalid'),
  password: z
    .string({ error: 'form.required' })
    .max(200, 'form.too_long')
    .regex(storable, 'form.invalid'),
  til: z.string().max(300).nullish(),
});
export const codeForm = z.object({ code });
export const joinForm = z.object({ code, displayName, email, password });
export const joinAsMemberForm = z.object({ code });
export const accountForm = z.object({ displayName });
export const idForm = z.object({ id: id() });
export const consultantCodeForm = z.object({ blockId: id() });
export const flatCodeForm = z.object({
  flatId: id(),
  uses: z.coerce
    .number({ error: 'form.invalid' })
    .int()
    .min(1, 'form.invalid')
    .max(20, 'form.invalid'),
});

/**
 * A path of our own to go to after signing in; anything that could lead elsewhere is null, and so is what cannot stand
 * in a header: only visible ASCII without backslash.
 */
export const safePath = (path: string | null | undefined) =>
  path && /^\/(?!\/)[!-[\]-~]*$/.test(path) ? path : null;

/** Where somebody starts: their desk or their building; a person with several buildings chooses. */
export function homeOf(person: Person | null): string {
  if (!person) return '/';
  const roles = new Set(person.memberships.map(({ role }) => role));
  if (roles.has('landlord')) return '/boligbygg/saker';
  if (roles.has('admin')) return '/admin';
  const blocks = new Set(person.memberships.map(({ block }) => block?.slug));
  const [slug] = blocks;
  if (blocks.size !== 1 || !slug) return blocks.size ? '/' : '/bli-med';
  return roles.has('consultant') ? `/${slug}/drift` : `/${slug}`;
}

/** More flats than this are looked up by number instead of being listed. */
const longList = 40;

/** The flats to show: those that match the number, else all of a small building or those in use of a large one. */
export function flatsToShow<F extends { name: string; members: unknown[]; codes: unknown[] }>(
  flats: F[],
  search: string,
): F[] {
  const wanted = search.replace(/\s/g, '').toUpperCase();
  if (wanted)
    return flats.filter(({ name }) => name.toUpperCase().startsWith(wanted)).slice(0, longList);
  if (flats.length <= longList) return flats;
  return flats
    .filter(({ members, codes }) => members.length > 0 || codes.length > 0)
    .slice(0, longList);
}

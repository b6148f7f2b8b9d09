import { z } from 'astro/zod';
import type { Locale } from '~/i18n/index.ts';
import type { Enums } from '~/lib/database.types.ts';
import { line } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';

export type Role = Enums<'member_role'>;

/** What somebody is in one building; `block` is null for a role that covers all buildings. */
export interface Membership {
  id: string;
  role: Role;
  block: { id: string; slug: string; name: string } | null;
  flat: { id: string; name: string } | null;
}

/** The signed-in person. Rights are decided by the database; this only chooses what a page offers. */
export interface Person {
  id: string;
  email: string;
  displayName: string;
  locale: Locale;
  /**
   * Of staff: whether this session may act as staff, must first show a code (`code`), or set up a second factor (`setup`). While it may not,
   * `memberships` holds none of their roles of staff. Null for everybody else.
   */
  staffGate: Exclude<Enums<'staff_gate'>, 'ended'> | null;
  memberships: Membership[];
}

/** The roles that a second factor is about; SQL holds the same (private.is_staff_role). */
export const isStaffRole = (role: Role) => ['consultant', 'landlord', 'admin'].includes(role);

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

export const accountForm = z.object({ displayName: line(lengths.people.display_name) });

/** Where somebody starts: their desk or their building; a person with several buildings chooses. */
export function homeOf(person: Person | null): string {
  if (!person) return '/';
  if (person.staffGate === 'code') return '/logg-inn/tofaktor';
  if (person.staffGate === 'setup') return '/konto/sikkerhet';
  const roles = new Set(person.memberships.map(({ role }) => role));
  if (roles.has('landlord')) return '/boligbygg/saker';
  if (roles.has('admin')) return '/admin';
  const blocks = new Set(person.memberships.map(({ block }) => block?.slug));
  const [slug] = blocks;
  if (blocks.size !== 1 || !slug) return blocks.size ? '/' : '/bli-med';
  if (roles.has('consultant')) return `/${slug}/drift`;
  return roles.has('observer') && roles.size === 1 ? `/${slug}/tall` : `/${slug}`;
}

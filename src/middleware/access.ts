import { defineMiddleware } from 'astro:middleware';
import { hasRole, type Role } from '~/domains/residents/residents.ts';
import { factorPage } from '~/domains/residents/second-factor/second-factor.ts';

const member: Role[] = ['resident', 'partner', 'consultant', 'landlord'];

/**
 * Which pages are offered to whom; the longest matching start of the route decides, and no entry means everybody.
 * The database holds the rights: this only spares people pages that would be empty for them.
 */
const doors: Record<string, Role[] | 'signed_in'> = {
  '/[gard]/meld-feil': member,
  '/[gard]/saker': member,
  '/[gard]/forslag': member,
  '/[gard]/avstemninger': member,
  '/[gard]/aktiviteter/foresla': ['resident', 'partner'],
  '/[gard]/tall': ['observer', 'consultant', 'admin'],
  '/[gard]/tall.csv': ['observer', 'consultant', 'admin'],
  '/[gard]/puls': ['resident'],
  '/[gard]/drift': ['consultant'],
  '/[gard]/drift/driftsmeldinger': ['consultant', 'landlord'],
  // The landlord where it is the landlord's to answer for: the page asks.
  '/[gard]/drift/avstemninger/[id]/oppfolging': ['consultant', 'landlord'],
  // A resident or a partner who hosts it; the pages ask whether it is theirs.
  '/[gard]/drift/aktiviteter/[id]': ['resident', 'partner', 'consultant'],
  '/boligbygg': ['landlord'],
  '/admin': ['admin'],
  '/mitt': 'signed_in',
  '/konto': 'signed_in',
};

const doorOf = (route: string) =>
  Object.keys(doors)
    .filter((start) => route === start || route.startsWith(`${start}/`))
    .sort((a, b) => b.length - a.length)[0];

/** Whether only those who work here are offered it. */
export function isStaffPage(route: string): boolean {
  const roles = doors[doorOf(route) ?? ''];
  return Array.isArray(roles) && !roles.includes('resident');
}

/** Nobody signed in: first to `/logg-inn`. Wrong role: not found, like what does not exist. */
export const access = defineMiddleware(({ locals, routePattern, url, redirect }, next) => {
  const door = doorOf(routePattern);
  if (!door) return next();
  if (!locals.person)
    return redirect(`/logg-inn?til=${encodeURIComponent(url.pathname + url.search)}`, 303);
  // Half-way in: behind every door the code comes first.
  if (locals.person.staffGate === 'code')
    return redirect(factorPage(url.pathname + url.search), 303);
  const roles = doors[door];
  const allowed =
    roles === 'signed_in' || hasRole(locals.person, locals.block?.id ?? null, ...(roles ?? []));
  if (!allowed && locals.person.staffGate === 'setup') return redirect('/konto/sikkerhet', 303);
  return allowed ? next() : new Response(null, { status: 404 });
});

import { defineMiddleware } from 'astro:middleware';
import { hasRole } from '~/domains/residents/residents.ts';
import { factorPage } from '~/domains/residents/second-factor/second-factor.ts';
import { doorOf, doors } from './doors.ts';

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

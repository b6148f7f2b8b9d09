import { defineMiddleware } from 'astro:middleware';
import { hasRole } from '~/domains/residents/residents.ts';
import { factorPage } from '~/domains/residents/second-factor/second-factor.ts';
import { doorOf, doors } from './doors.ts';

/** Whether only staff have access. */
export function isStaffPage(route: string): boolean {
  const roles = doors[doorOf(route) ?? ''];
  return Array.isArray(roles) && !roles.includes('resident');
}

/** Not signed in: to `/logg-inn` first. Wrong role: not found, like a page that does not exist. */
export const access = defineMiddleware(({ locals, routePattern, url, redirect }, next) => {
  const door = doorOf(routePattern);
  if (!door) return next();
  if (!locals.person)
    return redirect(`/logg-inn?til=${encodeURIComponent(url.pathname + url.search)}`, 303);
  // Second factor not shown yet: every protected page asks for the code first.
  if (locals.person.staffGate === 'code')
    return redirect(factorPage(url.pathname + url.search), 303);
  const roles = doors[door];
  const allowed =
    roles === 'signed_in' || hasRole(locals.person, locals.block?.id ?? null, ...(roles ?? []));
  if (!allowed && locals.person.staffGate === 'setup') return redirect('/konto/sikkerhet', 303);
  return allowed ? next() : new Response(null, { status: 404 });
});

import type { APIContext } from 'astro';

/** Session and language cookies: not for scripts, not across sites, `Secure` everywhere but on loopback (no TLS there). */
export const cookieOptions = (url: URL) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: !isLoopback(url) }) as const;

/** Whether the portal is asked by a name that only this machine has. */
export const isLoopback = (url: URL) => ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);

type Carried = Pick<APIContext, 'cookies' | 'locals'>;

/** Prefixed with its owner: the next person who signs in on the same phone is shown nothing. */
const markOf = ({ locals }: Carried) => `${locals.person?.id ?? ''}:`;

/** Carries something secret over one redirect to the page that shows it once to the same person, for at most five minutes. */
export function showOnce(context: Carried & Pick<APIContext, 'url'>, value: string, name = 'once') {
  const options = { ...cookieOptions(context.url), maxAge: 300 };
  context.cookies.set(name, markOf(context) + value, options);
}

/** What `showOnce` carried for this person; a second look finds nothing. */
export function takeShownOnce(context: Carried, name = 'once'): string | null {
  const value = context.cookies.get(name)?.value;
  if (!value) return null;
  context.cookies.delete(name, { path: '/' });
  const mark = markOf(context);
  return value.startsWith(mark) ? value.slice(mark.length) : null;
}

/** Carries something that must not be in a URL from page to page, until it is dropped or expires. */
export const carry = (
  { cookies, url }: Pick<APIContext, 'cookies' | 'url'>,
  value: string,
  { name, maxAge }: { name: string; maxAge: number }, // seconds
) => cookies.set(name, value, { ...cookieOptions(url), maxAge });

export const dropCarried = (cookies: APIContext['cookies'], name: string) =>
  cookies.delete(name, { path: '/' });

import type { AstroCookies } from 'astro';

/** Session and language cookies: not for scripts, not across sites, `Secure` everywhere but on loopback (no TLS there). */
export const cookieOptions = (url: URL) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: !isLoopback(url) }) as const;

const isLoopback = (url: URL) => ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);

/** Carries something that must not stand in a URL over a redirect to the page that shows it; five minutes when nothing else is said. */
export function showOnce(
  cookies: AstroCookies,
  url: URL,
  value: string,
  name = 'once',
  maxAge = 300, // seconds
) {
  cookies.set(name, value, { ...cookieOptions(url), maxAge });
}

/** What `showOnce` carried; a second look finds nothing. */
export function takeShownOnce(cookies: AstroCookies, name = 'once'): string | null {
  const value = cookies.get(name)?.value ?? null;
  if (value) dropShown(cookies, name);
  return value;
}

export const dropShown = (cookies: AstroCookies, name: string) =>
  cookies.delete(name, { path: '/' });

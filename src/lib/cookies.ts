import type { AstroCookies } from 'astro';

/** Session and language cookies: not for scripts, not across sites, `Secure` everywhere but on loopback (no TLS there). */
export const cookieOptions = (url: URL) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: !isLoopback(url) }) as const;

/** Whether the portal is asked by a name that only this machine has. */
export const isLoopback = (url: URL) => ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);

/** Carries something secret over one redirect to the page that shows it once, for at most five minutes. */
export function showOnce(cookies: AstroCookies, url: URL, value: string, name = 'once') {
  cookies.set(name, value, { ...cookieOptions(url), maxAge: 300 });
}

/** What `showOnce` carried; a second look finds nothing. */
export function takeShownOnce(cookies: AstroCookies, name = 'once'): string | null {
  const value = cookies.get(name)?.value ?? null;
  if (value) cookies.delete(name, { path: '/' });
  return value;
}

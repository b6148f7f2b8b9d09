import { HOST, SITE_URL } from 'astro:env/server';
import { defineMiddleware } from 'astro:middleware';
import { isLoopback } from '~/lib/cookies.ts';

const safe = ['GET', 'HEAD', 'OPTIONS'];
/** Content types that a form of another site can send without a preflight request. */
const formLike = /application\/x-www-form-urlencoded|multipart\/form-data|text\/plain/i;

/** Other systems send forms from no page at all; cookies mean nothing there. */
const isForSystems = (route: string) => route.startsWith('/api/open311/');

/**
 * What mail programs send for whoever presses "unsubscribe", from no page. Its address is the whole right, cookies mean
 * nothing there; an action that the address names beside it would run with them.
 */
const isFromMail = (route: string, url: URL) => route === '/avmeld/[kode]' && url.search === '';

const site = new URL(SITE_URL ?? 'http://localhost');
const listens = new URL(`http://${HOST?.includes(':') ? `[${HOST}]` : HOST || 'localhost'}`);
/** Reachable from a network, but no public name is set. */
const anyName = isLoopback(site) && !isLoopback(listens);
/** Requested by IP address, not by name. */
const forMachines = new Set(['/api/health', '/api/jobs']);

/** The sender sets the Host header, and links, posters and calendars are made from it. */
const isOurName = (route: string, url: URL) =>
  anyName || url.hostname === site.hostname || isLoopback(url) || forMachines.has(route);

/** A form is taken only from our own pages, or another site could send one with the session of its visitor. */
export const origin = defineMiddleware(({ request, url, routePattern }, next) => {
  if (!isOurName(routePattern, url)) return new Response('Not this host', { status: 421 });
  const isOwn = request.headers.get('origin') === url.origin;
  const type = request.headers.get('content-type');
  const isForm = type === null || formLike.test(type);
  if (safe.includes(request.method) || isForSystems(routePattern) || isFromMail(routePattern, url))
    return next();
  if (isOwn || !isForm) return next();
  return new Response(`Cross-site ${request.method} form submissions are forbidden`, {
    status: 403,
  });
});

import { defineMiddleware } from 'astro:middleware';

const safe = ['GET', 'HEAD', 'OPTIONS'];
/** What a form of another site can send without that site being asked. */
const formLike = /application\/x-www-form-urlencoded|multipart\/form-data|text\/plain/i;

/** Other systems send forms from no page at all; cookies mean nothing there. */
const isForSystems = (route: string) => route.startsWith('/api/open311/');

/**
 * What mail programs send for whoever presses "unsubscribe", from no page. Its address is the whole right, cookies mean
 * nothing there; an action that the address names beside it would run with them.
 */
const isFromMail = (route: string, url: URL) => route === '/avmeld/[kode]' && url.search === '';

/** A form is taken only from our own pages, or another site could send one with the session of whoever looks at it. */
export const origin = defineMiddleware(({ request, url, routePattern }, next) => {
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

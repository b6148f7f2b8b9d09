import { defineMiddleware } from 'astro:middleware';

const safe = ['GET', 'HEAD', 'OPTIONS'];
/** What a form of another site can send without that site being asked. */
const formLike = /application\/x-www-form-urlencoded|multipart\/form-data|text\/plain/i;

/** Other systems send forms from no page at all; cookies mean nothing there. */
const isForSystems = (route: string) => route.startsWith('/api/open311/');

/** A form is taken only from our own pages, or another site could send one with the session of whoever looks at it. */
export const origin = defineMiddleware(({ request, url, routePattern }, next) => {
  const isOwn = request.headers.get('origin') === url.origin;
  const type = request.headers.get('content-type');
  const isForm = type === null || formLike.test(type);
  if (safe.includes(request.method) || isForSystems(routePattern) || isOwn || !isForm)
    return next();
  return new Response(`Cross-site ${request.method} form submissions are forbidden`, {
    status: 403,
  });
});

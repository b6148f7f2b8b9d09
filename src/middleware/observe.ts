import { defineMiddleware } from 'astro:middleware';
import { log } from '~/lib/log.ts';

const headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'geolocation=(), microphone=()',
};

/** Called every minute by the portal itself: worth a line only when it fails. */
const quiet = new Set(['/api/jobs']);

/** Astro runs the middleware again, with new locals, to render an error page: it is still the same request. */
const ids = new WeakMap<Request, string>();

function idOf(request: Request): string {
  const id = ids.get(request) ?? crypto.randomUUID().slice(0, 8);
  ids.set(request, id);
  return id;
}

/** Security headers, a request id that the error page shows, and one log line per request. */
export const observe = defineMiddleware(async ({ locals, request, routePattern }, next) => {
  const started = performance.now();
  locals.requestId = idOf(request);
  locals.now = new Date();
  // The pattern, never the path: a path can hold a join code.
  const line = { id: locals.requestId, method: request.method, route: routePattern };
  const ms = () => Math.round(performance.now() - started);
  try {
    const response = await next();
    // A page may be stricter.
    for (const [name, value] of Object.entries(headers))
      if (!response.headers.has(name)) response.headers.set(name, value);
    response.headers.set('x-request-id', locals.requestId);
    if (!response.headers.has('cache-control'))
      response.headers.set('cache-control', 'private, no-store');
    if (!quiet.has(routePattern) || response.status >= 400)
      log.info({ ...line, status: response.status, ms: ms() });
    return response;
  } catch (error) {
    log.error({ ...line, status: 500, ms: ms(), error: faultName(error) });
    throw error;
  }
});

/** Database codes and our own code lines; never the message, which may quote what somebody typed. */
function faultName(error: unknown) {
  const { code, name, stack } = error as { code?: string; name?: string; stack?: string };
  return {
    code,
    name,
    at: stack
      ?.split('\n')
      .find((line) => /^\s+at /.test(line))
      ?.trim(),
  };
}

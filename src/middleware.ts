import { getActionContext } from 'astro:actions';
import type { APIContext } from 'astro';
import { defineMiddleware, sequence } from 'astro:middleware';
import { findPerson } from '~/domains/residents/residents.server.ts';
import { isLocale, isMessageKey, translator, type Locale } from '~/i18n/index.ts';
import { formState, type FormDone } from '~/lib/forms.ts';
import { log } from '~/lib/log.ts';
import { isLoopback, personDb } from '~/lib/supabase.ts';

const year = 365 * 24 * 3600;
const cookieOptions = (url: URL) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: !isLoopback(url) }) as const;

/** One log line per request, security headers, and a request id that the error page shows. */
const observe = defineMiddleware(async (context, next) => {
  const started = performance.now();
  context.locals.requestId = crypto.randomUUID().slice(0, 8);
  context.locals.now = new Date();
  const response = await next();
  response.headers.set('x-request-id', context.locals.requestId);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'strict-origin-when-cross-origin');
  response.headers.set('x-frame-options', 'DENY');
  response.headers.set('permissions-policy', 'geolocation=(), microphone=(), camera=(self)');
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-store');
  log.info({
    id: context.locals.requestId,
    method: context.request.method,
    // The pattern, not the path: a path can hold a join code.
    route: context.routePattern,
    status: response.status,
    ms: Math.round(performance.now() - started),
  });
  return response;
});

/** Language by link (`?lang=en`), remembered in a cookie; the address is then clean again. */
const language = defineMiddleware((context, next) => {
  const { cookies, locals, url } = context;
  const wanted = url.searchParams.get('lang');
  if (isLocale(wanted)) {
    cookies.set('lang', wanted, { ...cookieOptions(url), maxAge: year });
    const clean = new URL(url);
    clean.searchParams.delete('lang');
    return context.redirect(clean.pathname + clean.search, 303);
  }
  const remembered = cookies.get('lang')?.value;
  const locale: Locale = isLocale(remembered) ? remembered : 'nb';
  locals.locale = locale;
  locals.t = translator(locale);
  return next();
});

const identity = defineMiddleware(async ({ locals, cookies, request, url, routePattern }, next) => {
  locals.db = personDb({ request, cookies, url });
  locals.person = routePattern === '/api/health' ? null : await findPerson(locals.db, cookies);
  const flash = cookies.get('flash')?.value;
  locals.flash = isMessageKey(flash) ? flash : null;
  if (flash && request.method === 'GET') cookies.delete('flash', { path: '/' });
  return next();
});

/** A form posted to an action: 303 to where it leads, or the same page again with what was typed. */
const forms = defineMiddleware(async (context, next) => {
  context.locals.refused = null;
  const { action, setActionResult, serializeActionResult } = getActionContext(context);
  if (action?.calledFrom !== 'form') return next();
  const result = await action.handler();
  if (!result.error) return done(context, result.data as FormDone);
  const form = formState(result.error, await sentForm(context.request));
  if (!form) throw result.error;
  context.locals.refused = { action: action.name, form };
  setActionResult(action.name, serializeActionResult(result));
  const page = await next();
  return new Response(page.body, { status: 422, headers: page.headers });
});

function done({ cookies, redirect, url }: APIContext, { redirectTo, flash }: FormDone) {
  // Only a key of our own catalogue travels here, so it needs no signature.
  if (flash) cookies.set('flash', flash, { ...cookieOptions(url), maxAge: 60 });
  return redirect(redirectTo, 303);
}

/** What was typed; empty when the body was too large to read. */
const sentForm = (request: Request) => request.formData().catch(() => new FormData());

export const onRequest = sequence(observe, language, identity, forms);

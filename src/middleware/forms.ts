import type { APIContext } from 'astro';
import { getActionContext, type ActionError } from 'astro:actions';
import { defineMiddleware } from 'astro:middleware';
import { formState, type FormDone } from '~/lib/forms.ts';
import { cookieOptions } from '~/lib/cookies.ts';

/** Astro renders an error page with the request that failed: its form must not be sent a second time. */
const errorPages = new Set(['/404', '/500']);

const beforeSecondFactor = new Set(['residents.signInByFactor', 'residents.signOut']);

/** A form posted to an action: 303 to where it leads, or the same page again with what was typed. */
export const forms = defineMiddleware(async (context, next) => {
  context.locals.refused = null;
  // oxlint-disable-next-line typescript/unbound-method -- Astro makes them to be taken out
  const { action, setActionResult, serializeActionResult } = getActionContext(context);
  if (action?.calledFrom !== 'form' || errorPages.has(context.routePattern)) return next();
  // Second factor not shown yet: nothing is done before that.
  if (context.locals.person?.staffGate === 'code' && !beforeSecondFactor.has(action.name))
    return context.redirect('/logg-inn/tofaktor', 303);
  const result = await action.handler();
  if (!result.error) {
    const { redirectTo, flash } = (result.data ?? {}) as Partial<FormDone>;
    if (!redirectTo) {
      // What is shown once: the page of the form prints the result of the action, and no address leads there again.
      setActionResult(action.name, serializeActionResult(result));
      return next();
    }
    // Only a key of our own catalogue travels here, so it needs no signature.
    if (flash) context.cookies.set('flash', flash, { ...cookieOptions(context.url), maxAge: 60 });
    return context.redirect(redirectTo, 303);
  }
  const error = result.error as ActionError;
  const form = formState(error, await sentForm(context.request));
  if (!form) return refusedWithoutForm(context, error);
  context.locals.refused = { action: action.name, form };
  setActionResult(action.name, serializeActionResult(result));
  const page = await next();
  // A page that leads on has no form to print: with this status it would be an empty page.
  if (page.status >= 300 && page.status < 400) return page;
  return new Response(page.body, { status: 422, headers: page.headers });
});

/** None of our pages sends these: an ended session, an unknown action, a body that is not a form. The rest is an error. */
function refusedWithoutForm({ redirect }: Pick<APIContext, 'redirect'>, error: ActionError) {
  if (error.status >= 500) throw error;
  return error.status === 401
    ? redirect('/logg-inn', 303)
    : new Response(null, { status: error.status });
}

/** What was typed; empty when the body was too large to read. */
const sentForm = (request: Request) => request.formData().catch(() => new FormData());

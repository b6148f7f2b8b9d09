import { getActionContext } from 'astro:actions';
import { defineMiddleware } from 'astro:middleware';
import { formState, type FormDone } from '~/lib/forms.ts';
import { cookieOptions } from '~/lib/cookies.ts';

/** A form posted to an action: 303 to where it leads, or the same page again with what was typed. */
export const forms = defineMiddleware(async (context, next) => {
  context.locals.refused = null;
  const { action, setActionResult, serializeActionResult } = getActionContext(context);
  if (action?.calledFrom !== 'form') return next();
  const result = await action.handler();
  if (!result.error) {
    const { redirectTo, flash } = result.data as FormDone;
    // Only a key of our own catalogue travels here, so it needs no signature.
    if (flash) context.cookies.set('flash', flash, { ...cookieOptions(context.url), maxAge: 60 });
    return context.redirect(redirectTo, 303);
  }
  const form = formState(result.error, await sentForm(context.request));
  if (!form) throw result.error;
  context.locals.refused = { action: action.name, form };
  setActionResult(action.name, serializeActionResult(result));
  const page = await next();
  return new Response(page.body, { status: 422, headers: page.headers });
});

/** What was typed; empty when the body was too large to read. */
const sentForm = (request: Request) => request.formData().catch(() => new FormData());

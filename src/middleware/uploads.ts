import { defineMiddleware } from 'astro:middleware';

const largeFrom = 1024 * 1024; // bytes; no form without pictures comes near it
const mostAtOnce = 3; // a form with four pictures holds 95 MB while it is read

/** How many large forms of a person this process reads right now. */
const running = new Map<string, number>();

/**
 * A body is read into memory before anything judges it. A large one is taken from somebody signed in alone, and of one
 * person few at a time. The addresses of systems have limits of their own.
 */
export const uploads = defineMiddleware(async ({ request, url, locals }, next) => {
  const { person, t } = locals;
  if (request.method !== 'POST' || url.pathname.startsWith('/api/')) return next();
  // A body that does not say how long it is may be of any length; browsers always say.
  if (Number(request.headers.get('content-length') ?? Infinity) <= largeFrom) return next();
  if (!person) return new Response(t('form.too_large'), { status: 413 });
  const count = running.get(person.id) ?? 0;
  if (count >= mostAtOnce) return new Response(t('form.not_sent'), { status: 429 });
  running.set(person.id, count + 1);
  try {
    return await next();
  } finally {
    const left = running.get(person.id)! - 1;
    if (left) running.set(person.id, left);
    else running.delete(person.id);
  }
});

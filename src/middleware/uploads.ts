import { defineMiddleware } from 'astro:middleware';

const largeFrom = 1024 * 1024; // bytes; no form without pictures comes near it
const largest = 45 * 1024 * 1024; // the form with four pictures; it holds twice that while it is read
const mostAtOnce = 3 * largest;

/** How many bytes of large forms of a person this process reads right now. */
const running = new Map<string, number>();

/**
 * A body is read into memory before anything judges it. A large one is taken from somebody signed in alone, and of one
 * person three of the largest at a time. The addresses of systems have limits of their own.
 */
export const uploads = defineMiddleware(async ({ request, url, locals }, next) => {
  const { person, t } = locals;
  if (request.method !== 'POST' || url.pathname.startsWith('/api/')) return next();
  // A body without a length may be of any size; browsers always send the length.
  const length = Number(request.headers.get('content-length') ?? largest);
  if (length <= largeFrom) return next();
  if (!person) return new Response(t('form.too_large'), { status: 413 });
  const sum = (running.get(person.id) ?? 0) + length;
  if (sum > mostAtOnce) return new Response(t('form.not_sent'), { status: 429 });
  running.set(person.id, sum);
  try {
    return await next();
  } finally {
    const left = running.get(person.id)! - length;
    if (left > 0) running.set(person.id, left);
    else running.delete(person.id);
  }
});

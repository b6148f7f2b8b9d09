import type { APIRoute } from 'astro';
import { listPublicDates } from '~/domains/activities/calendar/calendar.server.ts';
import { calendarAnswer } from '~/domains/activities/calendar/ics-answer.ts';
import { translator } from '~/i18n/index.ts';
import { ownLanguage } from '~/i18n/languages.ts';

/**
 * The building's calendar to subscribe to: the same for everybody, signed in or not, so that caches may keep it; in
 * bokmål, as a calendar app has chosen no language.
 */
export const GET: APIRoute = async ({ request, url, locals: { db, block, now } }) => {
  if (!block) return new Response(null, { status: 404 });
  const urlOf = (id: string) => `${url.origin}/${block.slug}/aktiviteter/${id}`;
  const answer = calendarAnswer(request, await listPublicDates(db, block.id, { now, urlOf }), {
    name: block.name,
    filename: block.slug,
    // An answer to somebody with a session can carry its new cookie: no shared cache may keep that.
    cacheControl: `${request.headers.has('cookie') ? 'private' : 'public'}, max-age=900`,
    now,
    t: translator(ownLanguage),
  });
  // Its links contain the requested host: responses vary by host.
  answer.headers.set('vary', 'cookie, x-forwarded-host, x-forwarded-proto');
  return answer;
};

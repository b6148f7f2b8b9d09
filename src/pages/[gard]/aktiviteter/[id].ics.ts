import type { APIRoute } from 'astro';
import { listDatesOf } from '~/domains/activities/calendar/calendar.server.ts';
import { calendarAnswer } from '~/domains/activities/calendar/ics-answer.ts';

/** One activity with all its dates, for those who may see it. */
export const GET: APIRoute = async ({ request, params, url, locals: { db, block, now, t } }) => {
  const urlOf = (id: string) => `${url.origin}/${block?.slug}/aktiviteter/${id}`;
  const dates = block ? await listDatesOf(db, block.id, params['id'] ?? '', urlOf) : [];
  const [first] = dates;
  if (!first) return new Response(null, { status: 404 });
  return calendarAnswer(request, dates, {
    name: first.title,
    filename: 'aktivitet',
    cacheControl: 'private, no-store',
    now,
    t,
  });
};

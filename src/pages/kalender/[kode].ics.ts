import type { APIRoute } from 'astro';
import { openCalendar } from '~/domains/activities/calendar/calendar-links.server.ts';
import { calendarAnswer } from '~/domains/activities/calendar/ics-answer.ts';
import { translator } from '~/i18n/index.ts';
import { ownLanguage } from '~/i18n/languages.ts';

/** A person's own calendar. The address is the key: it is never logged and never sent as a referrer. */
export const GET: APIRoute = async ({ request, params, url, locals: { db, now } }) => {
  const urlOf = (slug: string, id: string) => `${url.origin}/${slug}/aktiviteter/${id}`;
  const dates = await openCalendar(db, params['kode'] ?? '', urlOf);
  const t = translator(ownLanguage);
  const answer = dates
    ? calendarAnswer(request, dates, {
        name: t('activities.calendar.mine'),
        filename: 'mine-aktiviteter',
        cacheControl: 'private, no-store',
        now,
        t,
      })
    : new Response(null, { status: 404 });
  answer.headers.set('referrer-policy', 'no-referrer');
  answer.headers.set('x-robots-tag', 'noindex');
  return answer;
};

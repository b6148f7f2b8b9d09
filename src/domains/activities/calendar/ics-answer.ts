import { createHash } from 'node:crypto';
import type { Translate } from '~/i18n/index.ts';
import { calendarFile, type CalendarDate } from './ics.ts';

interface AnswerOptions {
  /** What the calendar app calls it. */
  name: string;
  /** Without `.ics`. */
  filename: string;
  cacheControl: string;
  now: Date;
  t: Translate;
}

/** A hash of the content, not of the file, which contains the time it was written. Hence weak. */
const tagOf = (content: unknown) =>
  `W/"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`;

const knows = (request: Request, tag: string) =>
  request.headers
    .get('if-none-match')
    ?.split(',')
    .some((one) => one.trim() === '*' || one.trim().replace(/^(W\/)?/, 'W/') === tag);

/** A calendar file as the response; 304 for an app that already has it. */
export function calendarAnswer(
  request: Request,
  dates: CalendarDate[],
  { name, filename, cacheControl, now, t }: AnswerOptions,
): Response {
  const headers = { etag: tagOf([name, dates]), 'cache-control': cacheControl };
  if (knows(request, headers.etag)) return new Response(null, { status: 304, headers });
  const cancelledTitle = (title: string) => t('activities.calendar.cancelled_title', { title });
  return new Response(calendarFile(dates, { name, now, cancelledTitle }), {
    headers: {
      ...headers,
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': `inline; filename="${filename}.ics"`,
    },
  });
}

import ical, { ICalEventStatus } from 'ical-generator';
import { plainText } from '~/lib/plain-text.ts';

/** One date of an activity, as a calendar shows it. */
export interface CalendarDate {
  sessionId: string;
  startsAt: Date;
  endsAt: Date;
  isCancelled: boolean;
  /** Goes up with every change of the text or the time, so that a calendar takes the newer one. */
  sequence: number;
  title: string;
  /** Markdown. */
  body: string | null;
  where: string | null;
  /** Why it was moved or cancelled. */
  note: string | null;
  /** The page of the activity. */
  url: string;
}

interface FileOptions {
  /** What the calendar app calls the calendar. */
  name: string;
  now: Date;
  /** Many calendar apps show a cancelled date like any other: the title must say it too. */
  cancelledTitle: (title: string) => string;
}

/**
 * Our own suffix, and not the site's address: a calendar knows a date by its UID, and when the portal moves to another
 * domain every date would otherwise appear twice. The id before it is random, so it is enough by itself.
 */
const uidOf = (sessionId: string) => `${sessionId}@bomiljo`;

/** Characters that no calendar may hold (RFC 5545 3.1), and line breaks as one character. */
const clean = (text: string) =>
  text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, (sign) => (sign === '\n' ? sign : ' '));
/** ical-generator escapes what belongs to a date, but not the name of the calendar. */
const escaped = (text: string) =>
  clean(text)
    .replaceAll('\n', ' ')
    .replaceAll(/[\\;,]/g, '\\$&');

const descriptionOf = ({ note, body }: CalendarDate) =>
  [note, body && plainText(body)].filter(Boolean).join('\n\n') || null;

/**
 * A calendar (RFC 5545) with one event per date. Times are instants in UTC and nothing repeats, so summer time is the
 * phone's business, and no table of time zones can be wrong.
 */
export function calendarFile(
  dates: CalendarDate[],
  { name, now, cancelledTitle }: FileOptions,
): string {
  const calendar = ical({
    name: escaped(name),
    prodId: { company: 'Bomiljø', product: 'Aktiviteter', language: 'NO' },
    ttl: 3600, // s
  });
  for (const date of dates) {
    const { isCancelled, title, where, url } = date;
    const description = descriptionOf(date);
    calendar.createEvent({
      id: uidOf(date.sessionId),
      sequence: date.sequence,
      stamp: now,
      start: date.startsAt,
      end: date.endsAt,
      status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      summary: clean(isCancelled ? cancelledTitle(title) : title),
      ...(description && { description: clean(description) }),
      ...(where && { location: clean(where) }),
      url,
    });
  }
  // The last line ends like the others, as the standard says.
  return `${calendar.toString()}\r\n`;
}

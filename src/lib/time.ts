import type { Locale } from '~/i18n/index.ts';
import { dateFormat, relativeFormat } from './intl.ts';
import { commaed } from '~/i18n/lists.ts';

/** All times in the portal are Oslo's, whatever the server's time zone. */
export const timeZone = 'Europe/Oslo';

const units = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }; // ms

/** The length of a period of src/lib/numbers.ts. Months and years have no fixed length. */
export const milliseconds = ({ count, unit }: { count: number; unit: keyof typeof units }) =>
  count * units[unit];

const format = (code: string, options: Intl.DateTimeFormatOptions) =>
  dateFormat(code, { timeZone, ...options });
const days = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
const clocks = new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'short' });

/** The calendar day in Oslo as `YYYY-MM-DD`. */
export function osloDay(at: Date): string {
  return days.format(at);
}

/** The wall clock in Oslo as `HH:MM`. */
export function osloClock(at: Date): string {
  return clocks.format(at);
}

/** 1 = Monday … 7 = Sunday, in Oslo. */
export function osloWeekday(at: Date): number {
  return new Date(`${osloDay(at)}T12:00:00Z`).getUTCDay() || 7;
}

/** Whole calendar days from `now` to `at` in Oslo: 0 today, 1 tomorrow, -1 yesterday. */
export function daysUntil(at: Date, now: Date): number {
  return Math.round((Date.parse(osloDay(at)) - Date.parse(osloDay(now))) / 86_400_000);
}

/**
 * The instant of a wall-clock time in Oslo, from `<input type="date">` and `<input type="time">`.
 * In the hour that does not exist in spring the clock has moved on; in the doubled autumn hour the first one is meant.
 */
export function osloInstant(day: string, clock: string): Date {
  const asUtc = Date.parse(`${day}T${clock}:00Z`);
  const offsetAt = (instant: number) => {
    const local = new Date(instant);
    return (
      Date.parse(`${osloDay(local)}T${osloClock(local)}:00Z`) -
      Math.floor(instant / 60_000) * 60_000
    );
  };
  const summerGuess = asUtc - 2 * 3_600_000;
  if (offsetAt(summerGuess) === 2 * 3_600_000) return new Date(summerGuess);
  return new Date(asUtc - 3_600_000);
}

/** "mandag 3. mai" */
export const formatDay = (at: Date, locale: Locale) =>
  format(locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(at);

/** "3. mai 2026" */
export const formatDate = (at: Date, locale: Locale) =>
  format(locale, { day: 'numeric', month: 'long', year: 'numeric' }).format(at);

/** "3. mai", and with the year when it is another one than now. */
export const formatNear = (at: Date, now: Date, locale: Locale) =>
  osloDay(at).slice(0, 4) === osloDay(now).slice(0, 4)
    ? format(locale, { day: 'numeric', month: 'long' }).format(at)
    : formatDate(at, locale);

/** "oktober 2026" */
export const formatMonth = (at: Date, locale: Locale) =>
  format(locale, { month: 'long', year: 'numeric' }).format(at);

/** "okt. 2026" */
export const formatMonthBriefly = (at: Date, locale: Locale) =>
  format(locale, { month: 'short', year: 'numeric' }).format(at);

/** "okt": without a point, to stand under a bar. */
export const formatShortMonth = (at: Date, locale: Locale) =>
  format(locale, { month: 'short' }).format(at).replace('.', '').slice(0, 3);

/** "12:30" */
export const formatClock = (at: Date, locale: Locale) =>
  format(locale, { hour: '2-digit', minute: '2-digit' }).format(at);

/** "mandag 3. mai, 12:30" */
export const formatMoment = (at: Date, locale: Locale) =>
  commaed([formatDay(at, locale), formatClock(at, locale)], { locale });

/** "i dag", "i morgen", "om 3 dager", "for 2 dager siden". */
export const relativeDay = (at: Date, now: Date, locale: Locale) =>
  relativeFormat(locale, { numeric: 'auto' })
    .format(daysUntil(at, now), 'day')
    // CLDR's bokmål counts in "døgn"; people say "dager".
    .replace(/(\d+) døgn/, '$1 dager');

/** "mandag" for 1 … "søndag" for 7. */
export const weekdayName = (weekday: number, locale: Locale) =>
  format(locale, { weekday: 'long' }).format(new Date(Date.UTC(2024, 0, weekday, 12)));

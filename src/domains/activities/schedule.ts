import type { Locale, Translate } from '~/i18n/index.ts';
import {
  daysUntil,
  formatClock,
  formatDay,
  osloClock,
  osloDay,
  osloInstant,
  osloWeekday,
  relativeDay,
} from '~/lib/time.ts';
import { addDays } from './series.ts';
import type { ActivitySummary, Happening, Session } from './activities.ts';

/** One date with its activity, as a list query gives it. */
export interface UpcomingSession {
  activity: ActivitySummary;
  session: Session;
}

const periods = ['today', 'week', 'next_week', 'later'] as const;
export type Period = (typeof periods)[number];

/** Today (also what began earlier and still goes on), this week (to Sunday), next week, or later. All in Oslo. */
export function periodOf({ startsAt }: Session, now: Date): Period {
  const days = daysUntil(startsAt, now);
  if (days <= 0) return 'today';
  const toSunday = 7 - osloWeekday(now);
  if (days <= toSunday) return 'week';
  return days <= toSunday + 7 ? 'next_week' : 'later';
}

/** The Monday after next week, as it begins in Oslo: from here on everything is "later". */
export const laterBegins = (now: Date) =>
  osloInstant(addDays(osloDay(now), 15 - osloWeekday(now)), '00:00');

/** Each activity once, at its first date here, with all its dates here. Keeps the order of the dates. */
export function collapse(sessions: UpcomingSession[]): Happening[] {
  const byId = new Map<string, Happening>();
  for (const { activity, session } of sessions) {
    const known = byId.get(activity.id);
    if (known) known.sessions.push(session);
    else byId.set(activity.id, { ...activity, sessions: [session] });
  }
  return [...byId.values()];
}

/**
 * By period; periods with nothing are left out. In one period an activity stands once, and one with a sign-up for all
 * its dates stands once in all, at its first. `later`: first dates of what comes after; what was named before is not again.
 */
export function groupByPeriod(soon: UpcomingSession[], later: UpcomingSession[], now: Date) {
  const named = new Set(soon.map(({ activity }) => activity.id));
  const sessions = [
    ...soon,
    ...later.filter(({ activity }) => activity.capacity !== null || !named.has(activity.id)),
  ];
  const first = new Map<string, Period>();
  const shownIn = ({ activity, session }: UpcomingSession) => {
    const period = periodOf(session, now);
    if (activity.capacity === null) return period;
    if (!first.has(activity.id)) first.set(activity.id, period);
    return first.get(activity.id);
  };
  const placed = sessions.map((one) => ({ ...one, period: shownIn(one) }));
  return periods
    .map((period) => ({
      period,
      happenings: collapse(placed.filter((one) => one.period === period)),
    }))
    .filter(({ happenings }) => happenings.length > 0);
}

const capital = (text: string, locale: Locale) =>
  text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

/** "i dag", "i morgen", else "fredag 27. november". */
export const dayText = (at: Date, now: Date, locale: Locale) =>
  [0, 1].includes(daysUntil(at, now)) ? relativeDay(at, now, locale) : formatDay(at, locale);

/** "kl. 15:40" today, else "i morgen kl. 08:00": what something holds until. */
export const untilText = (at: Date, now: Date, locale: Locale, t: Translate) =>
  t(daysUntil(at, now) === 0 ? 'activities.until.today' : 'activities.until', {
    day: dayText(at, now, locale),
    clock: formatClock(at, locale),
  });

/** "I dag kl. 12:00–14:00"; over midnight with both days. */
export function whenText({ startsAt, endsAt }: Session, now: Date, locale: Locale, t: Translate) {
  const from = formatClock(startsAt, locale);
  const to = formatClock(endsAt, locale);
  const day = capital(dayText(startsAt, now, locale), locale);
  return osloDay(startsAt) === osloDay(endsAt)
    ? t('activities.when', { day, from, to })
    : t('activities.when.days', { day, from, to, endDay: dayText(endsAt, now, locale) });
}

/** A date of the form: wall clock in Oslo, as `<input type="date">` and `<input type="time">` hold it. */
export interface SessionRow {
  id: string;
  day: string;
  from: string;
  to: string;
  /** Empty: the same day. */
  endDay: string;
  isCancelled: boolean;
}

export const toRow = ({ id, startsAt, endsAt, isCancelled }: Session): SessionRow => ({
  id,
  day: osloDay(startsAt),
  from: osloClock(startsAt),
  to: osloClock(endsAt),
  endDay: osloDay(startsAt) === osloDay(endsAt) ? '' : osloDay(endsAt),
  isCancelled,
});

/**
 * The dates of a copy: same weekdays and clock times, moved on by whole weeks until the first one is to come.
 * Whole days on the wall clock, so that a change to summer time moves nothing.
 */
export function nextWeeks(sessions: Session[], now: Date): SessionRow[] {
  const rows = sessions.filter((one) => !one.isCancelled).map(toRow);
  const first = rows[0];
  if (!first) return [];
  let days = 7;
  while (osloInstant(addDays(first.day, days), first.from) <= now) days += 7;
  return rows.map((row) => ({
    ...row,
    id: '',
    day: addDays(row.day, days),
    endDay: row.endDay && addDays(row.endDay, days),
  }));
}

/** Rows of the form that wait to be filled in. */
export const emptyRows = (count: number): SessionRow[] =>
  Array.from({ length: count }, () => ({
    id: '',
    day: '',
    from: '',
    to: '',
    endDay: '',
    isCancelled: false,
  }));

import type { Locale, Translate } from '~/i18n/index.ts';
import { formatClock, formatDay, osloDay } from '~/lib/time.ts';
import type { Session } from '~/domains/activities/activities.ts';

/** Dates that are written out on a poster. */
const shownDates = 4;

/** The dates to print, and how many more there are. */
export function posterDates(sessions: Session[], now: Date) {
  const coming = sessions.filter(({ isCancelled, endsAt }) => !isCancelled && endsAt > now);
  return { dates: coming.slice(0, shownDates), more: Math.max(0, coming.length - shownDates) };
}

/** A date with its whole day, never "today": paper hangs for weeks. */
export function printedWhen({ startsAt, endsAt }: Session, locale: Locale, t: Translate) {
  const day = formatDay(startsAt, locale).replace(/^./, (first) => first.toLocaleUpperCase(locale));
  const [from, to] = [formatClock(startsAt, locale), formatClock(endsAt, locale)];
  return osloDay(startsAt) === osloDay(endsAt)
    ? t('activities.when', { day, from, to })
    : t('activities.when.days', { day, from, to, endDay: formatDay(endsAt, locale) });
}

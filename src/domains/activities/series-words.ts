import type { Locale, Translate } from '~/i18n/index.ts';
import { formatDate, weekdayName } from '~/lib/time.ts';
import { parseRule, type Rule, type Series } from './series.ts';
import { listed } from '~/i18n/lists.ts';

const noon = (day: string) => new Date(`${day}T12:00:00Z`);
type Nth = 'first' | 'second' | 'third' | 'fourth' | 'last';
const nthNames: Record<string, Nth> = {
  '1': 'first',
  '2': 'second',
  '3': 'third',
  '4': 'fourth',
  '-1': 'last',
};

/** "Hver mandag og onsdag kl. 16:00–18:00, til 18. juni 2027" */
export function seriesText(series: Series, locale: Locale, t: Translate): string {
  const rule = parseRule(series.rrule);
  const when = t('activities.series.when', {
    days: rule ? daysText(rule, locale, t) : t('activities.series.some'),
    clock: clockText(series, t),
  });
  return rule?.lastDay
    ? t('activities.series.until', { when, day: formatDate(noon(rule.lastDay), locale) })
    : when;
}

function daysText({ repeats, weekdays, nth }: Rule, locale: Locale, t: Translate) {
  const days = listed(
    weekdays.map((weekday) => weekdayName(weekday, locale)),
    t,
  );
  if (repeats === 'monthly') {
    const name = nthNames[nth] ?? 'first';
    return t('activities.series.monthly', { nth: t(`activities.series.nth.${name}`), day: days });
  }
  if (repeats === 'biweekly') return t('activities.series.biweekly', { days });
  if (weekdays.join() === '1,2,3,4,5') return t('activities.series.workdays');
  return weekdays.length === 7
    ? t('activities.series.daily')
    : t('activities.series.weekly', { days });
}

function clockText({ from, to, extraDays }: Series, t: Translate) {
  if (extraDays === 0) return t('activities.series.clock', { from, to });
  return extraDays === 1
    ? t('activities.series.clock.next_day', { from, to })
    : t('activities.series.clock.days', { from, to, count: extraDays });
}

import type { Activity } from '~/domains/activities/activities.ts';
import { nextWeeks, type SessionRow } from '~/domains/activities/schedule.ts';
import { copySeries } from '~/domains/activities/repeat/series-days.ts';

/**
 * What the form starts with when an activity is made anew: the same words, its dates or its series moved on until the
 * first is to come, and none of the moments that belong to the old dates.
 */
export function copyOf(original: Activity, now: Date): { activity: Activity; rows: SessionRow[] } {
  const { series } = original;
  const activity = {
    ...original,
    series: series && copySeries(series, now),
    signupOpensAt: null,
    signupClosesAt: null,
    signoffClosesAt: null,
  };
  return { activity, rows: series ? [] : nextWeeks(original.sessions, now) };
}
